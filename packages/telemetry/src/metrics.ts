import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export type Labels = Readonly<Record<string, string | number>>;

export interface CounterMetric {
	add(amount?: number, labels?: Labels): void;
}

export interface GaugeMetric {
	set(value: number, labels?: Labels): void;
	remove(labels: Labels): void;
}

export interface HistogramMetric {
	observe(value: number, labels?: Labels): void;
}

interface MetricOptions {
	/** Without the prefix `weir_`; ends with its unit (`_seconds`, `_bytes`, `_total`). */
	readonly name: string;
	readonly help: string;
	/** Ids only, never names or values that a tenant typed. */
	readonly labels?: readonly string[];
}

/** The numbers of one process, read by Prometheus. */
export interface Metrics {
	counter(options: MetricOptions): CounterMetric;
	gauge(options: MetricOptions & { readonly read?: () => number }): GaugeMetric;
	histogram(options: MetricOptions & { readonly buckets: readonly number[] }): HistogramMetric;
	/** Prometheus text format. */
	text(): Promise<string>;
	readonly contentType: string;
}

export function createMetrics(options: { readonly process: string; readonly withRuntime?: boolean }): Metrics {
	const registry = new Registry();
	registry.setDefaultLabels({ process: options.process });
	if (options.withRuntime !== false) collectDefaultMetrics({ register: registry });
	const settings = (metric: MetricOptions) => ({
		name: `weir_${metric.name}`,
		help: metric.help,
		labelNames: [...(metric.labels ?? [])],
		registers: [registry],
	});
	return {
		contentType: registry.contentType,
		text: () => registry.metrics(),
		counter(metric) {
			const counter = new Counter(settings(metric));
			return { add: (amount = 1, labels = {}) => counter.inc({ ...labels }, amount) };
		},
		gauge(metric) {
			const { read } = metric;
			const gauge: Gauge<string> = new Gauge({ ...settings(metric), ...(read === undefined ? {} : { collect: () => gauge.set(read()) }) });
			return { set: (value, labels = {}) => gauge.set({ ...labels }, value), remove: (labels) => gauge.remove({ ...labels }) };
		},
		histogram(metric) {
			const histogram = new Histogram({ ...settings(metric), buckets: [...metric.buckets] });
			return { observe: (value, labels = {}) => histogram.observe({ ...labels }, value) };
		},
	};
}
