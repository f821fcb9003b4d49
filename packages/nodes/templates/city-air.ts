import { type FlowTemplate, line, place } from "./template.ts";

export const cityAir: FlowTemplate = {
	id: "city-air",
	title: "City air",
	summary: "SenML over HTTP → computed fields → dusty places → a log to look at",
	needs: "Nothing: the newest records are kept for looking at.",
	fleet: "air",
	flow: {
		schemaVersion: 1,
		nodes: [
			place("http", "http-source", "Air sensors", 0, 0, {
				format: "senml",
				fields: [
					{ name: "source", type: "text" },
					{ name: "longitude", type: "number" },
					{ name: "latitude", type: "number" },
					{ name: "temperature", type: "number" },
					{ name: "humidity", type: "number" },
					{ name: "dust", type: "number" },
					{ name: "airquality_raw", type: "number" },
					{ name: "bt", type: "timestamp" },
				],
				eventTimeField: "bt",
				keyField: "source",
			}),
			place("compute", "map", "Rounded and in Fahrenheit", 1, 0, {
				mode: "choose",
				entries: [
					{ as: "source", expression: "source" },
					{ as: "fahrenheit", expression: "round(temperature * 9 / 5 + 32)" },
					{ as: "dust", expression: "round(dust)" },
					{ as: "air", expression: "case when airquality_raw > 100 then 'bad' when airquality_raw > 50 then 'fair' else 'good' end" },
				],
			}),
			place("dusty", "filter", "Dusty places", 2, 0, { condition: "dust > 200" }),
			place("look", "log-sink", "Look at them", 3, 0),
		],
		edges: [line("http", "compute"), line("compute", "dusty"), line("dusty", "look")],
	},
};
