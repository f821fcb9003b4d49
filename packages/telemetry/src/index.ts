export { describeError } from "./fields.ts";
export { type HealthOptions, type HealthServer, type Readiness, serveHealth } from "./health.ts";
export { createLogger, type LogFields, type Logger, type LoggerOptions, type LogLevel, silentLogger } from "./logger.ts";
export { type CounterMetric, createMetrics, type GaugeMetric, type HistogramMetric, type Labels, type Metrics } from "./metrics.ts";
export { runProcess } from "./run-process.ts";
