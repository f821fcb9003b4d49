import "@fontsource-variable/inter";
import "@fontsource-variable/jetbrains-mono";
import "../src/styles/index.css";
import wasm from "parser-wasm?url";
import { StrictMode, useMemo, useState } from "react";
import { createRoot } from "react-dom/client";
import { type DeployPort, FlowEditor, FlowView, type PlanStage, type SamplePort } from "../src/index.ts";
import { CATALOGUE } from "./catalogue/index.ts";
import "./control.ts";
import { fakeLive, fakeTaps } from "./feed.ts";
import { flowNamed, TEMPLATE_FLOWS } from "./flows.ts";
import { ICONS } from "./icons.ts";
import { fakeServer } from "./server.ts";

const query = new URLSearchParams(location.search);
const name = query.get("flow") ?? "cold-store";
const flowId = query.get("id") ?? name;
window.harness = {
	isOffline: false,
	saves: 0,
	taps: 0,
	tried: [],
	deployed: [],
	feed: { stopped: false, steady: query.has("steady"), rate: query.has("rate") ? Number(query.get("rate")) : undefined, edges: {} },
};
const system = window.matchMedia("(prefers-color-scheme: dark)");
document.documentElement.dataset.mode = query.get("mode") ?? (system.matches ? "dark" : "light");

const { draft, drafts } = fakeServer(flowId, flowNamed(name));
const live = query.has("still") ? undefined : fakeLive(() => draft.flow);
const taps = fakeTaps();
const canEdit = query.get("role") !== "viewer";

const TEMPLATES = [
	{
		id: "chain",
		title: "Filter to Postgres",
		summary: "Keeps some records and stores them.",
		needs: "Needs nothing: data is simulated.",
		flow: TEMPLATE_FLOWS.chain,
	},
	{
		id: "cold",
		title: "Cold-store alerts",
		summary: "Two sources, a model and two sinks.",
		needs: "Needs an object store.",
		flow: TEMPLATE_FLOWS.coldStore,
	},
];

const SAMPLES: SamplePort = {
	ofSource: async () => ({
		fields: [
			{ name: "device", type: "text" },
			{ name: "temp", type: "number" },
		],
		records: ['{"device":"a","temp":1}', '{"device":"b","temp":2}'],
	}),
	lastSeen: async () => ({ device: "cs-0412", seq: "17", temp: "-18.4" }),
	topicMatches: async (filter) => ({ topics: filter.includes("+") ? 12 : 1, seen: 40 }),
};

/** The pictures' flow as the planner would cut it. */
const PLAN: readonly PlanStage[] = [
	{
		id: "dedup",
		nodes: [
			{ id: "mqtt", kind: "mqtt-source", keepsState: false },
			{ id: "http", kind: "http-source", keepsState: false },
			{ id: "dedup", kind: "dedup", keepsState: true },
			{ id: "tamper", kind: "onnx", keepsState: false },
			{ id: "route", kind: "route", keepsState: false },
		],
		partitions: 16,
		feeds: [
			{ kind: "source", node: "mqtt", partitions: 16 },
			{ kind: "source", node: "http", partitions: 16 },
		],
		because: ["Cold-store sensors is read in 16 partitions by device, so that records of one device keep their order."],
		commit: "What goes to other stages, the place in the stream and all state are committed together in the log.",
		sinks: [],
	},
	{
		id: "avg",
		nodes: [
			{ id: "avg", kind: "window", keepsState: true },
			{ id: "pg", kind: "postgres-sink", keepsState: false },
		],
		partitions: 4,
		feeds: [{ kind: "stage", stage: "dedup", from: "dedup", to: "avg", how: "regrouped by store", partitions: 4 }],
		because: ["1-min average needs records with equal store in one place, so they are regrouped before it."],
		commit: "The sink's rows, the place in the stream and all state are committed in one transaction of its database.",
		sinks: [{ node: "pg", guarantee: "effectively-once", needs: "Rows and the place in the stream are committed in one transaction." }],
	},
	{
		id: "s3",
		nodes: [{ id: "s3", kind: "s3-sink", keepsState: false }],
		partitions: 4,
		feeds: [{ kind: "stage", stage: "dedup", from: "route", to: "s3", how: "spread by the record key", partitions: 4 }],
		because: ["S3 quarantine keeps its own place in the stream, so that a slow or dead target holds back nothing else."],
		commit: "Output, the place in the stream and all state are committed together in the log.",
		sinks: [{ node: "s3", guarantee: "at-least-once" }],
	},
];

function useFakeDeploy(): DeployPort {
	const [version, setVersion] = useState(12);
	return useMemo(
		() => ({
			chip: { text: `Live v${version}`, tone: "ok" },
			undeployedChanges: version === 12 ? 3 : 0,
			async preview(partitions = 4) {
				return {
					partitions,
					problems: query.has("blocked")
						? [{ code: "no-sink", severity: "error", message: "The flow has no sink, so its results go nowhere. Add one." }]
						: [],
					changes: [
						{
							kind: "changed",
							what: "Tamper detector",
							nodeId: "tamper",
							fields: [
								{ label: "Score threshold", before: { text: "0.9", isCode: false }, after: { text: "0.8", isCode: false } },
								{ label: "Only where", after: { text: "temp > -30 and status = 'ok'", isCode: true } },
							],
						},
						{ kind: "added", what: "Route by score → S3 quarantine" },
					],
					plan: PLAN,
					nodes: [
						{ nodeId: "mqtt", label: "Cold-store sensors", state: "kept", note: "Reads on where it stopped." },
						{
							nodeId: "avg",
							label: "1-min average",
							state: "reset",
							note: "Its new settings keep another kind of state: open windows are lost.",
						},
						{ nodeId: "dedup", label: "Dedup", state: "kept", note: "Goes on with keys already seen.", mayStartFresh: true },
					],
					inFlight: "The new version goes on at the last commit of the one that runs, within a few seconds. Nothing is closed early.",
				};
			},
			versionBefore: version === 12 ? undefined : { version: version - 1, read: async () => TEMPLATE_FLOWS.chain },
			async deploy(note, onStep) {
				if (query.has("fails")) throw new Error("Starting failed: the table is missing. Version 12 runs on.");
				for (const step of ["validating", "draining", "starting", "live"] as const) {
					onStep(step);
					await new Promise((done) => setTimeout(done, 150));
				}
				window.harness.deployed.push(note);
				setVersion(version + 1);
			},
		}),
		[version],
	);
}

function Harness() {
	const deploy = useFakeDeploy();
	if (query.has("view")) return <FlowView flow={draft.flow} catalogue={CATALOGUE} icons={ICONS} live={live} label="Cold-store alerts" />;
	return (
		<FlowEditor
			flowId={flowId}
			memberId="ada"
			catalogue={CATALOGUE}
			icons={ICONS}
			draft={draft}
			drafts={drafts}
			permissions={{ edit: canEdit, deploy: canEdit, readData: query.get("data") !== "no" }}
			parserWasm={wasm}
			live={live}
			taps={taps}
			samples={SAMPLES}
			connections={[{ id: "pg-1", name: "Built-in Postgres", type: "postgres", state: "ok" }]}
			onNewConnection={() => {}}
			targets={{
				namesOf: async (connection, type, kind, within) => [`${kind} of ${type} in ${connection ?? "built-in"}/${within ?? "first"}`],
			}}
			templates={TEMPLATES}
			onTryTemplate={(template) => window.harness.tried.push(template.id)}
			deploy={query.has("no-deploy") ? undefined : deploy}
			flowName="Cold-store alerts"
			deadLettersHref={(node) => `#dead-letters-${node}`}
			docsHref={(kind) => `#docs-${kind}`}
			headerStart={
				<>
					<b style={{ fontWeight: 600 }}>Acme Cold Chain</b>
					<span style={{ color: "var(--weir-text-muted)" }}>Flows /</span>
					<b style={{ fontWeight: 600 }}>Cold-store alerts</b>
				</>
			}
		/>
	);
}

const root = document.getElementById("root");
if (root !== null) {
	createRoot(root).render(
		<StrictMode>
			<Harness />
		</StrictMode>,
	);
}
