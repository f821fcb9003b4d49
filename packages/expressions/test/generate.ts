import type { FieldType } from "@weir/records";
import type { Random } from "./random.ts";

/** The same expression as one writes it here, and as PostgreSQL must be asked for the same meaning. */
export interface Generated {
	readonly ours: string;
	readonly postgres: string;
}

type Build = (depth: number) => Generated;

/**
 * Makes expressions over the fields of PROBE. Numbers in the text for PostgreSQL stand in sub-selects, because its planner
 * computes constant parts in advance and would fail where no row ever gets to.
 */
export class Generator {
	readonly #random: Random;
	/** Above 0: within something that jumps (a comparison, a rounding, a text), where the last digit of a logarithm must not matter. */
	#jumps = 0;

	readonly #isCore: boolean;

	/** `isCore`: only what the row-at-a-time reading knows. */
	constructor(random: Random, { isCore = false } = {}) {
		this.#random = random;
		this.#isCore = isCore;
	}

	expression(type: FieldType, depth: number): Generated {
		switch (type) {
			case "number":
				return this.#number(depth);
			case "integer":
				return this.#integer(depth);
			case "boolean":
				return this.#boolean(depth);
			case "text":
				return this.#text(depth);
			case "timestamp":
				return this.#timestamp(depth);
			case "json":
				return this.#json(depth);
		}
	}

	#one(builds: readonly Build[], depth: number, others: readonly Build[] = []): Generated {
		return this.#random.pick(!this.#isCore && others.length > 0 && this.#random.chance(0.45) ? others : builds)(depth - 1);
	}

	#exactly<T>(build: () => T): T {
		this.#jumps += 1;
		try {
			return build();
		} finally {
			this.#jumps -= 1;
		}
	}

	#field(names: string): Generated {
		const name = this.#random.pick(names.split(" "));
		return both(name === "on" ? '"on"' : name);
	}

	#integerLiteral(values: readonly number[] = [0, 1, 2, 3, 5, 10, 60, 1000, 9007199254740991]): Generated {
		const value = String(this.#random.pick(values));
		return { ours: value, postgres: `(select ${value}::int8)` };
	}

	/** For PostgreSQL's parameters of type integer. */
	#smallLiteral(values: readonly number[]): Generated {
		const value = String(this.#random.pick(values));
		return { ours: value, postgres: `(select (${value})::int4)` };
	}

	#numberLiteral(): Generated {
		return this.#withSelect(["0.0", "1.5", "0.1", "2.5", "100.0", "1e3", "0.01", "3.14159", ".5", "12.345"]);
	}

	/** PostgreSQL lets sinh and cosh become infinite, which numbers here never are. */
	#smallNumber(): Generated {
		return this.#withSelect(["0.5", "1.5", "20.25"]);
	}

	#withSelect(values: readonly string[]): Generated {
		const value = this.#random.pick(values);
		return { ours: value, postgres: `(select ${value}::float8)` };
	}

	#booleanLiteral(): Generated {
		const value = this.#random.pick(["true", "false", "null::boolean"]);
		return { ours: value, postgres: `(select ${value})` };
	}

	#textLiteral(): Generated {
		const text = this.#random.pick(["'ok'", "''", "'OK'", "'ö'", "'😀'", "'-'", "'/'", "'a'", "' '", "'it''s'", "'12'", "'o'"]);
		return { ours: text, postgres: `(select ${text}::text)` };
	}

	#timestampLiteral(): Generated {
		const text = this.#random.pick(["'2026-01-01'", "'1970-01-01 00:00:00Z'", "'2025-11-24T16:00:00.123+00:00'", "'2000-02-29 12:30'"]);
		return { ours: text, postgres: `${text}::timestamptz` };
	}

	#numeric(depth: number): Generated {
		return this.#random.chance(0.3) ? this.#integer(depth) : this.#number(depth);
	}

	#number(depth: number): Generated {
		if (depth <= 0) return this.#random.chance(0.7) ? this.#field("n m") : this.#numberLiteral();
		const smooth: Build[] = [
			(d) => mix`(${this.#number(d)} ${op(this.#random.pick(["+", "-", "*", "/"]))} ${this.#numeric(d)})`,
			(d) => mix`(${this.#integer(d)} ${op(this.#random.pick(["+", "-", "*", "/"]))} ${this.#number(d)})`,
			(d) => mix`(- ${this.#number(d)})`,
			(d) => mix`abs(${this.#number(d)})`,
			(d) => mix`sqrt(${this.#numeric(d)})`,
			(d) => mix`greatest(${this.#number(d)}, ${this.#numeric(d)})`,
			(d) => mix`least(${this.#numeric(d)}, ${this.#number(d)}, ${this.#number(0)})`,
			(d) => mix`coalesce(${this.#number(d)}, ${this.#numeric(d)})`,
			(d) => this.#case(d, (e) => this.#number(e)),
			(d) => this.#exactly(() => mix`nullif(${this.#number(d)}, ${this.#numeric(d)})`),
			() => cast(this.#field("s t"), "number", "float8"),
			(d) => cast(this.#integer(d), "number", "float8"),
			(d) => this.#exactly(() => mix`${op(this.#random.pick(["ceil", "floor", "round", "trunc", "sign"]))}(${this.#numeric(d)})`),
			(d) => this.#roundTo(d),
			(d) => this.#remainder(d),
			(d) => this.#extract(d),
		];
		const rough: Build[] = [
			(d) => mix`exp(${this.#number(d)})`,
			(d) => mix`ln(${this.#numeric(d)})`,
			(d) => mix`log(${this.#number(d)})`,
			(d) => mix`power(${this.#number(d)}, ${this.#number(0)})`,
			(d) => mix`(${this.#numeric(d)} ^ ${this.#numeric(0)})`,
		];
		const smoothOthers: Build[] = [
			(d) => this.#divided(d),
			(d) => mix`extract(epoch from ${this.#interval(d)})${asFloat}`,
			(d) => mix`extract(${this.#part()} from ${this.#local(d)})${asFloat}`,
			(d) => mix`extract(${op(this.#random.pick(AGE_PARTS))} from age(${this.#timestamp(d)}, ${this.#timestamp(0)}))${asFloat}`,
			(d) => this.#overElements(d),
		];
		const roughOthers: Build[] = [
			(d) =>
				mix`${op(this.#random.pick(["sin", "cos", "tan", "atan", "tanh", "cbrt", "degrees", "radians", "asin", "acos"]))}(${this.#numeric(d)})`,
			(d) => mix`atan2(${this.#number(d)}, ${this.#numeric(0)})`,
			() => mix`${op(this.#random.pick(["sinh", "cosh"]))}(${this.#smallNumber()})`,
			(d) => mix`(pi() * ${this.#number(d)})`,
		];
		if (this.#jumps > 0) return this.#one(smooth, depth, smoothOthers);
		return this.#one([...smooth, ...rough], depth, [...smoothOthers, ...roughOthers]);
	}

	#divided(depth: number): Generated {
		const [a, b] = [this.#exactly(() => this.#number(depth)), this.#exactly(() => this.#numeric(0))];
		return {
			ours: `div(${a.ours}, ${b.ours})`,
			postgres: `div((${a.postgres})::float8::numeric, (${b.postgres})::float8::numeric)::float8`,
		};
	}

	/** PostgreSQL has no functions that sum up an array, but it has aggregates. */
	#overElements(depth: number): Generated {
		const name = this.#random.pick(["sum", "avg", "min", "max"]);
		const json = this.#json(depth);
		// PostgreSQL's own avg also keeps squares, which overflow earlier.
		const aggregate = name === "avg" ? "sum(y) / nullif(count(y), 0)" : `${name}(y)`;
		return {
			ours: `array_${name}(${json.ours})`,
			postgres: `(select ${aggregate} from (select (x #>> '{}')::float8 as y from json_array_elements(${json.postgres}) x) z)`,
		};
	}

	#part(): Generated {
		return op(this.#random.pick("epoch year quarter month week day hour minute second dow isodow doy isoyear".split(" ")));
	}

	#roundTo(depth: number): Generated {
		const name = this.#random.pick(["round", "trunc"]);
		const value = this.#exactly(() => this.#numeric(depth));
		const digits = this.#smallLiteral([0, 1, 2, 3, 8, -1, -2]);
		return {
			ours: `${name}(${value.ours}, ${digits.ours})`,
			postgres: `${name}((${value.postgres})::float8::numeric, ${digits.postgres})::float8`,
		};
	}

	#remainder(depth: number): Generated {
		const a = this.#exactly(() => this.#number(depth));
		const b = this.#exactly(() => this.#numeric(0));
		const ours = this.#random.chance(0.5) ? `(${a.ours} % ${b.ours})` : `mod(${a.ours}, ${b.ours})`;
		return { ours, postgres: `((${a.postgres})::float8::numeric % (${b.postgres})::float8::numeric)::float8` };
	}

	#extract(depth: number): Generated {
		const part = this.#random.pick(
			"epoch year quarter month week day hour minute second milliseconds microseconds dow isodow doy isoyear decade century".split(" "),
		);
		const moment = this.#timestamp(depth);
		return { ours: `extract(${part} from ${moment.ours})`, postgres: `extract(${part} from ${moment.postgres})::float8` };
	}

	#integer(depth: number): Generated {
		if (depth <= 0) return this.#random.chance(0.7) ? this.#field("i k") : this.#integerLiteral();
		const builds: Build[] = [
			(d) => mix`(${this.#integer(d)} ${op(this.#random.pick(["+", "-", "*", "/", "%"]))} ${this.#integer(d)})`,
			(d) => mix`(- ${this.#integer(d)})`,
			(d) => mix`abs(${this.#integer(d)})`,
			(d) => mix`mod(${this.#integer(d)}, ${this.#integer(0)})`,
			(d) => asBigint(mix`length(${this.#text(d)})`),
			(d) => asBigint(mix`strpos(${this.#text(d)}, ${this.#text(0)})`),
			(d) => asBigint(mix`position(${this.#textLiteral()} in ${this.#text(d)})`),
			(d) =>
				cast(
					this.#exactly(() => this.#number(d)),
					"integer",
					"int8",
				),
			() => cast(this.#field("s t"), "integer", "int8"),
			(d) => cast(this.#boolean(d), "integer", "int4::int8"),
			(d) => mix`coalesce(${this.#integer(d)}, ${this.#integer(0)})`,
			(d) => mix`nullif(${this.#integer(d)}, ${this.#integer(0)})`,
			(d) => mix`greatest(${this.#integer(d)}, ${this.#integer(0)}, null)`,
			(d) => this.#case(d, (e) => this.#integer(e)),
		];
		const others: Build[] = [
			(d) => mix`(${this.#integer(d)} ${op(this.#random.pick(["&", "|", "#"]))} ${this.#integer(0)})`,
			(d) => this.#shifted(d),
			(d) => mix`${op(this.#random.pick(["gcd", "lcm"]))}(${this.#integer(d)}, ${this.#integer(0)})`,
			(d) => asBigint(mix`regexp_count(${this.#text(d)}, ${this.#regular()})`),
			(d) => asBigint(mix`ascii(${this.#text(d)})`),
			(d) => asBigint(mix`octet_length(${this.#text(d)})`),
			(d) => asBigint(mix`json_array_length(${this.#json(d)})`),
			(d) => this.#positionIn(d),
			(d) => {
				const value = this.#exactly(() => this.#number(d));
				return {
					ours: `width_bucket(${value.ours}, -10, 90.5, 7)`,
					postgres: `width_bucket(${value.postgres}, (select -10::float8), 90.5::float8, 7)::int8`,
				};
			},
		];
		return this.#one(builds, depth, others);
	}

	#shifted(depth: number): Generated {
		const [value, places] = [this.#integer(depth), this.#smallLiteral([0, 1, 3, 31, 63])];
		const operator = this.#random.pick(["<<", ">>"]);
		return { ours: `(${value.ours} ${operator} ${places.ours})`, postgres: `((${value.postgres}) ${operator} ${places.postgres})` };
	}

	#positionIn(depth: number): Generated {
		const json = this.#json(depth);
		const word = this.#random.pick(["'zwei'", "'elf'", "'x'"]);
		return {
			ours: `array_position(${json.ours}, ${word})`,
			postgres: `array_position(texts_of(${json.postgres}), ${word})::int8`,
		};
	}

	#regular(): Generated {
		return both(this.#random.pick(REGULARS));
	}

	#case(depth: number, value: Build): Generated {
		const end = this.#random.chance(0.6) ? mix` else ${value(0)}` : both("");
		if (this.#random.chance(0.3)) {
			return mix`case ${this.#field("i k")} when ${this.#integerLiteral()} then ${value(depth)} when ${this.#integer(0)} then ${value(0)}${end} end`;
		}
		const more = this.#random.chance(0.4) ? mix` when ${this.#boolean(0)} then ${value(0)}` : both("");
		return mix`case when ${this.#boolean(depth)} then ${value(depth)}${more}${end} end`;
	}

	#boolean(depth: number): Generated {
		return this.#exactly(() => this.#condition(depth));
	}

	#condition(depth: number): Generated {
		if (depth <= 0) return this.#random.chance(0.8) ? this.#field("b c") : this.#booleanLiteral();
		const comparison = () => op(this.#random.pick(["=", "<>", "<", "<=", ">", ">=", "!="]));
		const not = () => op(this.#random.pick(["", " not"]));
		const builds: Build[] = [
			(d) => mix`(${this.#numeric(d)} ${comparison()} ${this.#numeric(d)})`,
			() => mix`(${this.#field("n m")} ${comparison()} ${this.#random.chance(0.5) ? this.#numberLiteral() : this.#integerLiteral()})`,
			(d) => mix`(${this.#text(d)} ${comparison()} ${this.#text(d)})`,
			(d) => mix`(${this.#textLiteral()} ${comparison()} ${this.#text(d)})`,
			(d) => mix`(${this.#timestamp(d)} ${comparison()} ${this.#timestamp(d)})`,
			(d) => mix`(${this.#timestamp(d)} ${comparison()} ${this.#timestampLiteral()})`,
			(d) => mix`(${this.#condition(d)} ${comparison()} ${this.#condition(0)})`,
			(d) => mix`(${this.#condition(d)} and ${this.#condition(d)})`,
			(d) => mix`(${this.#condition(d)} or ${this.#condition(d)} or ${this.#condition(0)})`,
			(d) => mix`(not ${this.#condition(d)})`,
			(d) =>
				mix`(${this.#random.pick([() => this.#numeric(d), () => this.#text(d), () => this.#json(d), () => this.#condition(d)])()} is${not()} null)`,
			(d) => mix`(${this.#condition(d)} is${not()} ${op(this.#random.pick(["true", "false", "unknown"]))})`,
			(d) => mix`(${this.#numeric(d)} is${not()} distinct from ${this.#numeric(0)})`,
			(d) => mix`(${this.#text(d)} is${not()} distinct from ${this.#random.chance(0.3) ? both("null") : this.#text(0)})`,
			(d) => mix`(${this.#integer(d)}${not()} in (${this.#integerLiteral()}, ${this.#integerLiteral()}, ${this.#integerLiteral()}))`,
			(d) => mix`(${this.#text(d)}${not()} in (${this.#textLiteral()}, ${this.#random.chance(0.3) ? both("null") : this.#textLiteral()}))`,
			(d) => mix`(${this.#numeric(d)}${not()} in (${this.#numeric(0)}, ${this.#numberLiteral()}, ${this.#numeric(0)}))`,
			(d) => mix`(${this.#numeric(d)}${not()} between ${this.#numeric(0)} and ${this.#numeric(0)})`,
			(d) => mix`(${this.#text(d)} between symmetric ${this.#text(0)} and ${this.#text(0)})`,
			(d) => mix`(${this.#text(d)}${not()} ${op(this.#random.pick(["like", "ilike"]))} ${this.#pattern()})`,
			(d) => mix`(${this.#text(d)} like ${this.#text(0)})`,
			(d) => mix`starts_with(${this.#text(d)}, ${this.#text(0)})`,
			() => cast(this.#field("s t"), "boolean", "bool"),
			(d) => {
				const value = this.#integer(d);
				return { ours: `(${value.ours})::boolean`, postgres: `((${value.postgres}) <> 0)` };
			},
			(d) => mix`coalesce(${this.#condition(d)}, ${this.#condition(0)})`,
			(d) => this.#case(d, (e) => this.#condition(e)),
		];
		const others: Build[] = [
			(d) => mix`(${this.#text(d)} ${op(this.#random.pick(["~", "~*", "!~", "!~*"]))} ${this.#regular()})`,
			(d) => mix`(${this.#text(d)} ~ ${this.#text(0)})`,
			(d) => mix`regexp_like(${this.#text(d)}, ${this.#regular()}, ${both(this.#random.pick(["'i'", "'n'", "'x'", "'c'"]))})`,
			(d) => this.#among(d),
			(d) => mix`(${this.#text(d)} = any (array[${this.#text(0)}, ${this.#textLiteral()}]))`,
			(d) => mix`(${this.#integer(d)} <> all (array[${this.#integer(0)}, ${this.#integer(0)}]))`,
			(d) => mix`(${this.#interval(d)} ${comparison()} ${this.#interval(0)})`,
			(d) => mix`(${this.#interval(d)} ${comparison()} ${lengthOf(this.#random.pick(["1 month", "1 year 2 days"]))})`,
			(d) => mix`(${this.#local(d)} ${comparison()} ${this.#local(0)})`,
			(d) => mix`(${this.#local(d)}${not()} between '2000-01-01' and ${this.#local(0)})`,
			(d) => {
				const json = this.#json(d);
				const name = this.#random.pick(["'a'", "''", "'zwei'", "'text'", "'q\"'"]);
				return { ours: `(${json.ours} ? ${name})`, postgres: `((${json.postgres})::jsonb ? ${name})` };
			},
		];
		return this.#one(builds, depth, others);
	}

	#among(depth: number): Generated {
		const json = this.#json(depth);
		const word = this.#random.pick(["'zwei'", "'elf'", "'x'"]);
		return {
			ours: this.#random.chance(0.5) ? `(${word} = any (${json.ours}))` : `array_contains(${json.ours}, ${word})`,
			postgres: `(${word} = any (texts_of(${json.postgres})))`,
		};
	}

	#pattern(): Generated {
		return both(
			this.#random.pick([
				"'%'",
				"'o%'",
				"'%k'",
				"'%ö%'",
				"'_k'",
				"'%o_%'",
				"'a\\_b'",
				"'a\\%%'",
				"'%ok%ok'",
				"''",
				"'ok'",
				"'%😀'",
				"'_x_'",
				"'%1%-%'",
				"'b\\\\c'",
			]),
		);
	}

	#text(depth: number): Generated {
		if (depth <= 0) return this.#random.chance(0.75) ? this.#field("s t") : this.#textLiteral();
		const places = [0, 1, 2, 3, 5, -1, -2];
		const builds: Build[] = [
			(d) => mix`(${this.#text(d)} || ${this.#text(0)})`,
			(d) => mix`(${this.#text(d)} || ${this.#random.chance(0.5) ? this.#exactly(() => this.#number(0)) : this.#integer(0)})`,
			(d) => mix`(${this.#field("s t")} || ${this.#boolean(d)})`,
			(d) => mix`${op(this.#random.pick(["upper", "lower", "trim", "ltrim", "rtrim", "btrim"]))}(${this.#text(d)})`,
			(d) => mix`trim(${op(this.#random.pick(["both", "leading", "trailing"]))} ${this.#textLiteral()} from ${this.#text(d)})`,
			(d) => mix`ltrim(${this.#text(d)}, ${this.#text(0)})`,
			(d) => mix`substring(${this.#text(d)} from ${this.#smallLiteral(places)})`,
			(d) => mix`substring(${this.#text(d)} from ${this.#smallLiteral(places)} for ${this.#smallLiteral(places)})`,
			(d) => mix`substr(${this.#text(d)}, ${this.#smallLiteral(places)}, ${this.#smallLiteral([0, 1, 4])})`,
			(d) => mix`replace(${this.#text(d)}, ${this.#text(0)}, ${this.#text(0)})`,
			(d) => mix`split_part(${this.#text(d)}, ${this.#textLiteral()}, ${this.#smallLiteral(places)})`,
			(d) => mix`${op(this.#random.pick(["left", "right"]))}(${this.#text(d)}, ${this.#smallLiteral(places)})`,
			(d) => mix`concat(${this.#text(d)}, ${this.#boolean(0)}, ${this.#integer(0)}, null, ${this.#exactly(() => this.#number(0))})`,
			(d) =>
				cast(
					this.#exactly(() => this.#number(d)),
					"text",
					"text",
				),
			(d) => cast(this.#integer(d), "text", "text"),
			(d) => cast(this.#boolean(d), "text", "text"),
			(d) => cast(this.#timestamp(d), "text", "text"),
			(d) => cast(this.#json(d), "text", "text"),
			(d) => mix`(${this.#json(d)} ->> ${this.#jsonKey()})`,
			(d) => mix`coalesce(${this.#text(d)}, ${this.#text(0)})`,
			(d) => mix`nullif(${this.#text(d)}, ${this.#text(0)})`,
			(d) => mix`greatest(${this.#text(d)}, ${this.#text(0)})`,
			(d) => this.#case(d, (e) => this.#text(e)),
		];
		const others: Build[] = [
			(d) => mix`${op(this.#random.pick(["initcap", "reverse"]))}(${this.#text(d)})`,
			(d) => mix`${op(this.#random.pick(["lpad", "rpad"]))}(${this.#text(d)}, ${this.#smallLiteral([-1, 0, 2, 7])}, ${this.#text(0)})`,
			(d) => mix`${op(this.#random.pick(["lpad", "rpad"]))}(${this.#text(d)}, ${this.#smallLiteral([3, 12])})`,
			(d) => mix`repeat(${this.#text(d)}, ${this.#smallLiteral([-1, 0, 1, 3])})`,
			(d) => mix`translate(${this.#text(d)}, ${this.#text(0)}, ${this.#text(0)})`,
			(d) => mix`overlay(${this.#text(d)} placing ${this.#text(0)} from ${this.#smallLiteral(places)})`,
			(d) => mix`overlay(${this.#text(d)} placing ${this.#text(0)} from ${this.#smallLiteral(places)} for ${this.#smallLiteral(places)})`,
			(d) => mix`concat_ws(${this.#text(d)}, ${this.#boolean(0)}, ${this.#integer(0)}, null, ${this.#text(0)})`,
			(d) => this.#character(d),
			(d) => mix`to_hex(${this.#integer(d)})`,
			(d) =>
				mix`regexp_replace(${this.#text(d)}, ${this.#regular()}, ${both(this.#random.pick(["'<\\&>'", "''", "'\\1-\\\\'"]))}${both(this.#random.pick(["", ", 'g'", ", 'gi'"]))})`,
			(d) => mix`regexp_substr(${this.#text(d)}, ${this.#regular()})`,
			(d) => mix`json_typeof(${this.#json(d)})`,
			(d) => mix`json_extract_path_text(${this.#json(d)}, ${this.#step()}, ${this.#step()})`,
			(d) => mix`(${this.#json(d)} #>> ${both(this.#random.pick(["'{a}'", "'{a,b,1}'", "'{3,a}'", "'{a,b,-1,c}'"]))})`,
			(d) => cast(this.#local(d), "text", "text"),
			(d) => mix`to_char(${this.#random.chance(0.5) ? this.#timestamp(d) : this.#local(d)}, ${both(this.#random.pick(FORMATS))})`,
			(d) =>
				mix`array_to_string(string_to_array(${this.#text(d)}, ${this.#textLiteral()}, ${this.#textLiteral()}), ${this.#textLiteral()}, '*')`,
		];
		return this.#one(builds, depth, others);
	}

	#character(depth: number): Generated {
		const code = this.#integer(depth);
		return { ours: `chr(${code.ours} % 400)`, postgres: `chr((${code.postgres} % (select 400::int8))::int4)` };
	}

	#step(): Generated {
		return both(this.#random.pick(["'a'", "'b'", "'0'", "'1'", "'-1'", "''"]));
	}

	#jsonKey(): Generated {
		return this.#random.chance(0.6)
			? both(this.#random.pick(["'a'", "'b'", "''", "'c'", "'q\"'", "'0'"]))
			: this.#smallLiteral([0, 1, 2, 3, -1, -9]);
	}

	#json(depth: number): Generated {
		if (depth <= 0) return both("j");
		const builds: Build[] = [
			(d) => mix`(${this.#json(d)} -> ${this.#jsonKey()})`,
			(d) => mix`coalesce(${this.#json(d)}, j)`,
			(d) => this.#case(d, (e) => this.#json(e)),
		];
		const others: Build[] = [
			(d) => mix`to_json(${this.#anything(d)})`,
			(d) => mix`json_build_array(${this.#anything(d)}, null, ${this.#anything(0)})`,
			(d) => mix`json_build_object(${this.#textLiteral()}, ${this.#anything(d)}, ${this.#text(0)}, ${this.#anything(0)})`,
			(d) => mix`json_extract_path(${this.#json(d)}, ${this.#step()}, ${this.#step()})`,
			(d) => mix`(${this.#json(d)} #> '{a,b}')`,
			(d) => toJson(mix`regexp_match(${this.#text(d)}, ${this.#regular()})`),
			(d) => toJson(mix`regexp_split_to_array(${this.#text(d)}, ${this.#regular()})`),
			(d) => toJson(mix`string_to_array(${this.#text(d)}, ${this.#textLiteral()})`),
		];
		return this.#one(builds, depth, others);
	}

	#timestamp(depth: number): Generated {
		if (depth <= 0) return this.#field("at on");
		const part = () =>
			both(`'${this.#random.pick("milliseconds second minute hour day week month quarter year decade century".split(" "))}'`);
		const builds: Build[] = [
			(d) => mix`date_trunc(${part()}, ${this.#timestamp(d)})`,
			() => mix`to_timestamp(${this.#field("i k")} % ${this.#integerLiteral([1000, 86400])})`,
			(d) => mix`coalesce(${this.#timestamp(d)}, ${this.#timestamp(0)})`,
			(d) => mix`least(${this.#timestamp(d)}, ${this.#timestamp(0)})`,
			(d) => this.#case(d, (e) => this.#timestamp(e)),
		];
		const others: Build[] = [
			(d) => mix`date_trunc(${part()}, ${this.#timestamp(d)}, ${this.#zone()})`,
			(d) => mix`(${this.#local(d)} at time zone ${this.#zone()})`,
			(d) => mix`(${this.#timestamp(d)} ${op(this.#random.pick(["+", "-"]))} ${lengthOf(this.#random.pick(LENGTHS))})`,
			(d) => mix`(${this.#timestamp(d)} ${op(this.#random.pick(["+", "-"]))} ${this.#interval(d)})`,
			(d) =>
				mix`date_bin(${both(this.#random.pick(["interval '15 minutes'", "interval '1.5 seconds'", "interval '7 days'"]))}, ${this.#timestamp(d)}, ${this.#timestamp(0)})`,
			() => this.#made(),
			() => this.#read(),
		];
		return this.#one(builds, depth, others);
	}

	#made(): Generated {
		const small = (values: readonly number[]) => this.#smallLiteral(values);
		const date = mix`${small([1970, 2026, 1890])}, ${small([1, 2, 12, 13])}, ${small([1, 29, 31])}, ${small([0, 2, 23])}, ${small([0, 59])}`;
		return mix`make_timestamptz(${date}, ${this.#numberLiteral()}, ${this.#zone()})`;
	}

	/** A moment written in a format and read again. */
	#read(): Generated {
		const format = both(
			this.#random.pick(["'YYYY-MM-DD HH24:MI:SS.MS'", "'DD.MM.YYYY HH12:MI AM'", "'YYYYMMDDHH24MISS'", "'Mon DD YYYY SS.US'"]),
		);
		return mix`to_timestamp(to_char(${this.#timestamp(0)}, ${format}), ${format})`;
	}

	#zone(): Generated {
		return both(`'${this.#random.pick(ZONES)}'`);
	}

	/** What clocks in a zone show. */
	#local(depth: number): Generated {
		const plain = mix`(${this.#timestamp(Math.max(0, depth - 1))} at time zone ${this.#zone()})`;
		if (depth <= 0 || this.#random.chance(0.6)) return plain;
		return this.#random.chance(0.5)
			? mix`date_trunc(${both(`'${this.#random.pick(["hour", "day", "month"])}'`)}, ${plain})`
			: mix`(${plain} + ${lengthOf(this.#random.pick(LENGTHS))})`;
	}

	/** A length of time without months. */
	#interval(depth: number): Generated {
		const length = lengthOf(this.#random.pick(["1 day", "90 minutes", "-00:00:01.5", "2 days 03:00"]));
		const difference = mix`(${this.#timestamp(Math.max(0, depth - 1))} - ${this.#timestamp(0)})`;
		if (depth <= 0) return this.#random.chance(0.5) ? length : difference;
		const unit = lengthOf(this.#random.pick(["1 second", "1 minute"]));
		return this.#random.pick([
			() => difference,
			() => mix`(${difference} + ${length})`,
			() => mix`(${length} * ${this.#smallLiteral([0, 2, -3])})`,
			() => mix`(- ${difference})`,
			() => mix`(${this.#smallLiteral([0, 5, 90])} * ${unit})`,
		])();
	}

	#anything(depth: number): Generated {
		return this.#random.pick([
			// PostgreSQL does not know the type of a bare text here.
			() => mix`(${this.#text(depth)} || ${this.#field("s t")})`,
			() => this.#integer(depth),
			() => this.#exactly(() => this.#number(0)),
			() => this.#boolean(depth),
			() => this.#timestamp(depth),
			() => this.#json(depth),
			() => this.#local(depth),
		])();
	}
}

const ZONES = ["Europe/Zurich", "America/New_York", "Asia/Kolkata", "UTC", "Australia/Lord_Howe", "America/St_Johns"];
const LENGTHS = ["1 month", "1 day", "-2 mons 3 days", "90 minutes", "1 year 2 months", "00:00:00.25", "3 hours ago"];
const FORMATS = [
	"'YYYY-MM-DD HH24:MI:SS.MS'",
	"'FMDD. FMMonth YY, HH12:MI am'",
	"'Day|DAY|day|Dy|FMDay'",
	"'MONTH Mon mon IYYY-IW-ID D Q W WW DDD'",
	"'YYYYMMDD\"T\"HH24MISS US PM'",
	"'FMHH:FMMI'",
];
const AGE_PARTS = ["year", "month", "day", "hour", "minute", "second", "epoch"];
const REGULARS = [
	"'o'",
	"'^o.*k$'",
	"'(\\w+)[-/](\\d)'",
	"'[[:alpha:]]+'",
	"'[^a-z ]'",
	"'ö|ß'",
	"'\\mok\\M'",
	"'(a)?b'",
	"'\\s*'",
	"'^(.)(.*?)(.)$'",
	"'x{2,}|\\d{1,2}'",
	"'(?i)OK'",
	"'.'",
	"''",
];

const asFloat: Generated = { ours: "", postgres: "::float8" };

function lengthOf(text: string): Generated {
	return { ours: `interval '${text}'`, postgres: `(select interval '${text}')` };
}

function toJson(value: Generated): Generated {
	return { ours: value.ours, postgres: `to_json(${value.postgres})` };
}

function both(text: string): Generated {
	return { ours: text, postgres: text };
}

const op = both;

function cast(value: Generated, ours: string, postgres: string): Generated {
	return { ours: `(${value.ours})::${ours}`, postgres: `(${value.postgres})::${postgres}` };
}

function asBigint(value: Generated): Generated {
	return { ours: value.ours, postgres: `${value.postgres}::int8` };
}

/** A template whose holes are generated parts. */
function mix(strings: TemplateStringsArray, ...parts: readonly Generated[]): Generated {
	const fill = (side: keyof Generated) => strings.map((text, i) => text + (parts[i]?.[side] ?? "")).join("");
	return { ours: fill("ours"), postgres: fill("postgres") };
}
