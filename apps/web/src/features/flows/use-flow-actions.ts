"use client";

import { useRouter } from "next/navigation";
import type { FlowAction, FlowSummary, Template } from "../../client/contract.ts";
import { flowApi, useFlowMutation } from "../../client/flows.ts";
import { useNotify } from "../../ui/toast.tsx";
import { FLOWS } from "./messages.ts";

const SAID: Readonly<Record<FlowAction, string>> = { pause: "paused", resume: "resumed", drain: "draining", stop: "stopped" };

/** What can be done to flows from a list; failures are told, and the list is fetched again. */
export function useFlowActions(tenant: string) {
	const router = useRouter();
	const notify = useNotify();
	const change = useFlowMutation(tenant, (work: () => Promise<unknown>) => work());

	async function attempt(what: string, work: () => Promise<unknown>): Promise<boolean> {
		try {
			await change.mutateAsync(work);
			return true;
		} catch (error) {
			notify({ title: what, description: error instanceof Error ? error.message : String(error), isError: true });
			return false;
		}
	}

	return {
		isBusy: change.isPending,

		createBlank: () =>
			attempt("The flow could not be created.", async () => {
				const flow = await flowApi.create(tenant, { name: FLOWS.blankName });
				router.push(`/t/${tenant}/flows/${flow.id}`);
			}),

		createFromTemplate: (template: Template) =>
			attempt("The template could not be opened.", async () => {
				const flow = await flowApi.create(tenant, { name: template.title, template: template.id });
				router.push(`/t/${tenant}/flows/${flow.id}`);
			}),

		/** From a template to moving numbers without a word typed: create, deploy, simulate, watch. */
		tryTemplate: (template: Template) =>
			attempt("The template could not be started.", async () => {
				const flow = await flowApi.create(tenant, { name: template.title, template: template.id });
				const { rev } = await flowApi.previewDeploy(tenant, flow.id);
				await flowApi.deploy(tenant, flow.id, { rev, note: "Tried with simulated data" });
				await flowApi.startSimulation(tenant, flow.id);
				router.push(`/t/${tenant}/flows/${flow.id}`);
			}),

		duplicate: (flow: FlowSummary) =>
			attempt("The flow could not be duplicated.", async () => {
				const { draft } = await flowApi.read(tenant, flow.id);
				const copy = await flowApi.create(tenant, { name: `${flow.name} (copy)`.slice(0, 80), flow: draft.flow });
				notify({
					title: `“${copy.name}” is a draft of its own.`,
					action: { label: "Open", run: () => router.push(`/t/${tenant}/flows/${copy.id}`) },
				});
			}),

		act: async (flow: { readonly id: string; readonly name: string }, action: FlowAction) => {
			if (await attempt(`“${flow.name}” could not be changed.`, () => flowApi.act(tenant, flow.id, action)))
				notify({ title: `“${flow.name}” is ${SAID[action]}.` });
		},

		rename: (flow: { readonly id: string }, name: string) =>
			attempt("The flow could not be renamed.", () => flowApi.rename(tenant, flow.id, name)),
	};
}
