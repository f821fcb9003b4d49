// The reference flow in C++ with simdjson, one record at a time: the native yardstick (bench/README.md).
// usage: flow <file of frames> <standard|open>   prints: rows checksum nanoseconds-of-processor-time-per-event
// The file holds frames as the log does, each behind its length (u32).
#include <simdjson.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fstream>
#include <limits>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

constexpr double kHorizonMs = 60'000, kSizeMs = 10'000, kLatenessMs = 2'000;
constexpr double kNever = -std::numeric_limits<double>::infinity();

struct Result {
	uint64_t rows = 0;
	double checksum = 0;
	void add(double start, double average, double greatest, double records) {
		rows += 1;
		checksum += (average + greatest * 3 + records * 5 + std::fmod(start, 3'600'000) / 1'000) * (1 + double(rows % 7));
	}
};

struct Key {
	uint32_t device;
	int64_t seq;
	bool operator==(const Key& other) const { return device == other.device && seq == other.seq; }
};

struct KeyHash {
	size_t operator()(const Key& key) const {
		uint64_t hash = (uint64_t(key.seq) ^ (uint64_t(key.device) << 40)) * 0x9e3779b97f4a7c15ull;
		return hash ^ (hash >> 32);
	}
};

/// Keys with their times in the standard library's hash table.
class StandardKeys {
	std::unordered_map<Key, double, KeyHash> seen_;
	double swept_ = kNever;

public:
	bool is_first(Key key, double time, double watermark) {
		auto [place, is_new] = seen_.try_emplace(key, time);
		if (is_new) return true;
		if (place->second >= watermark - kHorizonMs && std::fabs(time - place->second) < kHorizonMs) return false;
		place->second = time;
		return true;
	}
	void advance(double watermark) {
		if (!(watermark - swept_ >= kHorizonMs)) return;
		swept_ = watermark;
		for (auto at = seen_.begin(); at != seen_.end();) at = at->second < watermark - kHorizonMs ? seen_.erase(at) : std::next(at);
	}
};

/// Keys with their times side by side in one array, open addressing, at most two thirds full.
class OpenKeys {
	struct Slot {
		int64_t seq;
		double time;
		uint32_t device_and_one;
	};
	std::vector<Slot> slots_ = std::vector<Slot>(1'024);
	size_t used_ = 0;
	double watermark_ = kNever;

	void grow() {
		size_t alive = 0;
		for (const Slot& slot : slots_) alive += slot.device_and_one != 0 && slot.time >= watermark_ - kHorizonMs;
		size_t capacity = 1'024;
		while (capacity < alive * 2 + 2) capacity *= 2;
		std::vector<Slot> old(capacity);
		old.swap(slots_);
		used_ = alive;
		for (const Slot& slot : old) {
			if (slot.device_and_one == 0 || slot.time < watermark_ - kHorizonMs) continue;
			size_t at = KeyHash{}({slot.device_and_one - 1, slot.seq}) & (capacity - 1);
			while (slots_[at].device_and_one != 0) at = (at + 1) & (capacity - 1);
			slots_[at] = slot;
		}
	}

public:
	bool is_first(Key key, double time, double watermark) {
		if ((used_ + 1) * 3 > slots_.size() * 2) grow();
		const size_t mask = slots_.size() - 1;
		size_t at = KeyHash{}(key) & mask;
		for (; slots_[at].device_and_one != 0; at = (at + 1) & mask) {
			const Slot& slot = slots_[at];
			if (slot.seq != key.seq || slot.device_and_one != key.device + 1) continue;
			if (slot.time >= watermark - kHorizonMs && std::fabs(time - slot.time) < kHorizonMs) return false;
		}
		slots_[at] = {key.seq, time, key.device + 1};
		used_ += 1;
		return true;
	}
	void advance(double watermark) { watermark_ = watermark; }
};

/// Device ids by small numbers.
class Devices {
	struct Hash {
		using is_transparent = void;
		size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
	};
	std::unordered_map<std::string, uint32_t, Hash, std::equal_to<>> ids_;

public:
	uint32_t id_of(std::string_view text) {
		auto at = ids_.find(text);
		if (at != ids_.end()) return at->second;
		const auto id = uint32_t(ids_.size());
		ids_.emplace(text, id);
		return id;
	}
};

struct Pane {
	double sum = 0, greatest = kNever, records = 0;
};

struct Window {
	std::vector<uint32_t> place_and_one;
	std::vector<Pane> panes;
};

class Windows {
	std::map<double, Window> open_;

public:
	void add(uint32_t device, double time, double watermark, double temperature) {
		const double start = std::floor(time / kSizeMs) * kSizeMs;
		if (watermark >= start + kSizeMs + kLatenessMs) return;
		Window& window = open_[start];
		if (window.place_and_one.size() <= device) window.place_and_one.resize(device + 1 + device / 2);
		uint32_t& place = window.place_and_one[device];
		if (place == 0) {
			window.panes.emplace_back();
			place = uint32_t(window.panes.size());
		}
		Pane& pane = window.panes[place - 1];
		pane.sum += temperature;
		if (temperature > pane.greatest) pane.greatest = temperature;
		pane.records += 1;
	}
	void advance(double watermark, Result& result) {
		while (!open_.empty() && watermark >= open_.begin()->first + kSizeMs + kLatenessMs) {
			const auto& [start, window] = *open_.begin();
			for (const Pane& pane : window.panes) result.add(start, pane.sum / pane.records, pane.greatest, pane.records);
			open_.erase(open_.begin());
		}
	}
};

template <class T>
T read(const char* at) {
	T value;
	std::memcpy(&value, at, sizeof value);
	return value;
}

template <class Keys>
Result run(const std::vector<char>& file, size_t length, uint64_t& events) {
	Result result;
	Keys keys;
	Devices devices;
	Windows windows;
	simdjson::ondemand::parser parser;
	double watermark = kNever;
	events = 0;
	for (size_t at = 0; at < length;) {
		const size_t end = at + 4 + read<uint32_t>(&file[at]);
		double greatest = watermark;
		for (size_t record = at + 4 + 16; record < end;) {
			const size_t start = record + 8 + read<uint16_t>(&file[record + 4]) + read<uint16_t>(&file[record + 6]);
			const size_t size = read<uint32_t>(&file[record]);
			record = start + size;
			events += 1;
			// The bytes behind a record are there and may be read: the next record, or the file's padding.
			auto document = parser.iterate(&file[start], size, size + simdjson::SIMDJSON_PADDING);
			const std::string_view device_id = document["deviceId"].get_string();
			const double time = double(int64_t(document["ts"].get_int64()));
			const double temperature = document["temperature"].get_double();
			const int64_t seq = document["seq"].get_int64();
			if (time > greatest) greatest = time;
			const uint32_t device = devices.id_of(device_id);
			if (!keys.is_first({device, seq}, time, watermark)) continue;
			if (temperature > 20) windows.add(device, time, watermark, temperature);
		}
		at = end;
		watermark = greatest;
		keys.advance(watermark);
		windows.advance(watermark, result);
	}
	windows.advance(std::numeric_limits<double>::infinity(), result);
	return result;
}

double processor_ns() {
	timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return double(now.tv_sec) * 1e9 + double(now.tv_nsec);
}

}  // namespace

int main(int count, char** arguments) {
	if (count != 3) return 2;
	std::ifstream input(arguments[1], std::ios::binary | std::ios::ate);
	if (!input) return 2;
	const auto length = size_t(input.tellg());
	std::vector<char> file(length + simdjson::SIMDJSON_PADDING);
	input.seekg(0).read(file.data(), std::streamsize(length));
	const bool is_open = std::strcmp(arguments[2], "open") == 0;
	Result result;
	double used = 0;
	uint64_t events = 0;
	// The first run brings in memory; the second counts.
	for (int round = 0; round < 2; round++) {
		const double before = processor_ns();
		result = is_open ? run<OpenKeys>(file, length, events) : run<StandardKeys>(file, length, events);
		used = processor_ns() - before;
	}
	std::printf("%llu %.6f %.3f\n", (unsigned long long)result.rows, result.checksum, used / double(events));
	return 0;
}
