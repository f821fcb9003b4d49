"use client";

import { type FormEvent, useId, useState } from "react";
import { ApiError } from "../../client/api-error.ts";
import { connectionApi } from "../../client/connections.ts";
import type { Connection, ConnectionTest } from "../../client/contract.ts";
import { fieldFaults } from "../../client/field-faults.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { CheckField, TextField } from "../../ui/field.tsx";
import { TestResult } from "./test-result.tsx";

interface NewConnectionDialogProps {
	readonly tenant: string;
	onClose(): void;
	onCreated(connection: Connection): void;
}

/** Takes what is needed to reach a Postgres database, saves it, and tests it at once. */
export function NewConnectionDialog({ tenant, onClose, onCreated }: NewConnectionDialogProps) {
	const formId = useId();
	const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
	const [problem, setProblem] = useState<string>();
	const [isBusy, setIsBusy] = useState(false);
	const [saved, setSaved] = useState<{ readonly connection: Connection; readonly test: ConnectionTest | undefined }>();

	async function submit(event: FormEvent<HTMLFormElement>) {
		event.preventDefault();
		const form = new FormData(event.currentTarget);
		const text = (name: string) => String(form.get(name) ?? "").trim();
		const port = Number(text("port") || 5432);
		const missing = Object.fromEntries(
			[
				["name", "Give the connection a name."],
				["host", "Enter the host, such as db.example.com."],
				["database", "Enter the database."],
				["user", "Enter the user."],
			].filter(([name = ""]) => text(name) === ""),
		);
		if (!Number.isInteger(port) || port < 1 || port > 65_535) missing.port = "Enter a port between 1 and 65535.";
		setFaults(missing);
		const first = Object.keys(missing)[0];
		if (first) {
			event.currentTarget.querySelector<HTMLInputElement>(`input[name=${first}]`)?.focus();
			return;
		}

		setIsBusy(true);
		setProblem(undefined);
		try {
			const connection = await connectionApi.create(tenant, {
				type: "postgres",
				name: text("name"),
				config: {
					host: text("host"),
					port,
					database: text("database"),
					user: text("user"),
					schema: text("schema") || "public",
					tls: form.get("tls") === "on",
				},
				secrets: { password: String(form.get("password") ?? "") },
			});
			const test = await connectionApi.test(tenant, connection.id).catch(() => undefined);
			onCreated(connection);
			setSaved({ connection, test });
		} catch (error) {
			const fields = fieldFaults(error);
			setFaults(fields);
			if (Object.keys(fields).length === 0) setProblem(error instanceof ApiError ? error.message : String(error));
		} finally {
			setIsBusy(false);
		}
	}

	if (saved) {
		return (
			<Dialog
				title={`“${saved.connection.name}” is saved`}
				isOpen
				onClose={onClose}
				actions={
					<Button kind="primary" onClick={onClose}>
						Done
					</Button>
				}
			>
				{saved.test ? (
					<TestResult result={saved.test} />
				) : (
					<Banner tone="warn">It could not be tested just now. Test it from the list.</Banner>
				)}
			</Dialog>
		);
	}

	return (
		<Dialog
			title="New Postgres connection"
			description="Use a role that may create tables in the schema."
			isOpen
			onClose={onClose}
			widthPx={520}
			actions={
				<>
					<Button onClick={onClose}>Cancel</Button>
					<Button kind="primary" type="submit" form={formId} isBusy={isBusy}>
						{isBusy ? "Saving and testing…" : "Save and test"}
					</Button>
				</>
			}
		>
			<form id={formId} onSubmit={submit} noValidate className="grid grid-cols-6 gap-4">
				{problem ? (
					<div className="col-span-6">
						<Banner tone="error">{problem}</Banner>
					</div>
				) : null}
				<div className="col-span-6">
					<TextField label="Name" name="name" autoFocus placeholder="Warehouse" autoComplete="off" error={faults.name} />
				</div>
				<div className="col-span-4">
					<TextField
						label="Host"
						name="host"
						placeholder="db.example.com"
						autoComplete="off"
						spellCheck={false}
						error={faults.host ?? faults["config.host"]}
					/>
				</div>
				<div className="col-span-2">
					<TextField
						label="Port"
						name="port"
						inputMode="numeric"
						defaultValue="5432"
						autoComplete="off"
						error={faults.port ?? faults["config.port"]}
					/>
				</div>
				<div className="col-span-3">
					<TextField
						label="Database"
						name="database"
						autoComplete="off"
						spellCheck={false}
						error={faults.database ?? faults["config.database"]}
					/>
				</div>
				<div className="col-span-3">
					<TextField
						label="Schema"
						name="schema"
						defaultValue="public"
						autoComplete="off"
						spellCheck={false}
						error={faults["config.schema"]}
					/>
				</div>
				<div className="col-span-3">
					<TextField label="User" name="user" autoComplete="off" spellCheck={false} error={faults.user ?? faults["config.user"]} />
				</div>
				<div className="col-span-3">
					<TextField label="Password" name="password" type="password" autoComplete="off" error={faults.password} />
				</div>
				<div className="col-span-6">
					<CheckField
						label="Encrypt the connection (TLS)"
						name="tls"
						defaultChecked
						help="Switch off only for a database in your own private network."
					/>
				</div>
			</form>
		</Dialog>
	);
}
