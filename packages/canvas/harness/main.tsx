import "@fontsource-variable/inter";
import "@fontsource-variable/jetbrains-mono";
import "../src/styles/index.css";
import wasm from "parser-wasm?url";
import { StrictMode, useMemo, useState } from "react";
import { createRoot } from "react-dom/client";
import { type DeployPort, FlowEditor, FlowView, type SamplePort } from "../src/index.ts";
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

function useFakeDeploy(): DeployPort {
	const [version, setVersion] = useState(12);
	return useMemo(
		() => ({
			chip: { text: `Live v${version}`, tone: "ok" },
			undeployedChanges: version === 12 ? 3 : 0,
			async preview() {
				return {
					problems: query.has("blocked")
						? [{ code: "no-sink", severity: "error", message: "The flow has no sink, so its results go nowhere. Add one." }]
						: [],
					changes: [{ kind: "changed", what: "Tamper detector: threshold 0.9 → 0.8", nodeId: "tamper" }],
					because: ["Stage 1 reads both sources and keeps keys together."],
					nodes: [
						{ nodeId: "mqtt", label: "Cold-store sensors", state: "kept", note: "Goes on where it is." },
						{
							nodeId: "avg",
							label: "1-min average",
							state: "reset",
							note: "What it holds is closed and written by the version before; this version begins empty.",
						},
						{ nodeId: "dedup", label: "Dedup", state: "kept" },
					],
					inFlight: "Drains 1,204 records in about 3 s.",
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
