export const JOB = {
	failed: "The job could not be loaded.",
	neverDeployed: "This flow was never deployed.",
	neverDeployedHelp:
		"A job is a version of the flow as it runs: its tasks, the workers that have them, and their checkpoints. Deploy the flow from the editor to see it.",
	noTasks: "No task is there yet: they are made when the job starts.",
	noWorkers: "No worker has a task of this job now.",
	noState: "No node of this flow keeps anything between records.",
} as const;
