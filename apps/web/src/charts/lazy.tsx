"use client";

import dynamic from "next/dynamic";
import { Skeleton } from "../ui/states.tsx";

/** The chart, loaded with the first one that is shown. */
export const TimeSeries = dynamic(() => import("./time-series.tsx"), { ssr: false, loading: () => <Skeleton className="h-47 w-full" /> });
