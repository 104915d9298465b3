package experiments

import (
	"time"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/workloads"
)

// The types of this file are the experiment file, key by key. What holds a
// policy, a distribution or a function is kept as a node and decoded by the
// package that knows it.

// fileSpec is the whole file.
type fileSpec struct {
	Title          string       `toml:"title" help:"the question that the experiment answers"`
	Description    string       `toml:"description" help:"what a reader should know; printed in the report"`
	Seed           int64        `toml:"seed" default:"1" help:"of all random numbers, 0 or more"`
	Replications   int          `toml:"replications" default:"1" help:"independent repetitions of what is random"`
	Intervals      string       `toml:"intervals" default:"replications" help:"what 95 % intervals are over: replications; batches, of one long run; days, of the window"`
	Batches        int          `toml:"batches" default:"20" help:"of intervals = \"batches\", 10 … 100"`
	Counterfactual bool         `toml:"counterfactual" help:"price platforms by tariffs whose needs they do not meet, and say so in a column"`
	Workload       workloadSpec `toml:"workload" required:"true"`
	Platforms      []*spec.Node `toml:"platform" required:"true"`
	Sweep          sweepSpec    `toml:"sweep"`
	Compare        compareSpec  `toml:"compare"`
	Precision      *spec.Node   `toml:"precision"`
	SLO            *spec.Node   `toml:"slo"`
	Tolerance      *spec.Node   `toml:"tolerance"`
	Goodput        goodputSpec  `toml:"goodput"`
	Operator       operatorSpec `toml:"operator"`
	Bill           billSpec     `toml:"bill"`
	Output         outputSpec   `toml:"output"`
	Scripts        *spec.Node   `toml:"scripts" help:"texts of policies in Starlark, by the names that script = has; absent: the files of those names beside the experiment"`
}

// workloadSpec says where load comes from: a trace, or functions.
type workloadSpec struct {
	Trace     string                `toml:"trace" help:"format:path; a relative path is looked up under the data folder, then beside the experiment"`
	Source    string                `toml:"source" help:"where the trace is to be had; printed where it is missing"`
	Fields    string                `toml:"fields" help:"where the records of a log have what, as in time=ts,duration_ms=latency.total"`
	Arrivals  string                `toml:"arrivals" help:"where a per-minute count falls inside its minute: uniform, even, poisson"`
	Start     spec.Duration         `toml:"start" unit:"duration" help:"what the trace holds before it is left out"`
	Horizon   spec.Duration         `toml:"horizon" unit:"duration" help:"nothing arrives at or after it, counted from start"`
	Warmup    warmup                `toml:"warmup" unit:"duration or mser-5" help:"simulated, not measured; mser-5: found by the run, where arrivals are stationary"`
	Epoch     *time.Time            `toml:"epoch" help:"when time 0 is, of a workload without a clock of its own; absent: a Monday, 00:00 UTC"`
	Sample    *sampleSpec           `toml:"sample" help:"keep some of a trace's functions"`
	Scale     float64               `toml:"scale" default:"1" help:"factor on the arrivals of a trace, or on those of an application from outside, but for schedules"`
	Context   int64                 `toml:"context" unit:"tokens" help:"of a trace of requests to a language model: the most tokens of one, in and out; more is an error. Absent: any"`
	Runtimes  []runtimeSpec         `toml:"runtimes" help:"language runtimes, each with the share of the functions that state none and get it, drawn: { runtime = \"python:3.12\", share = 0.6 }"`
	Errors    *errorsSpec           `toml:"errors" help:"services of a trace that fail: { rate = 0.01 }; absent: none"`
	Client    *workloads.ClientSpec `toml:"client" help:"how long the clients of functions that state none wait for an answer, and whether they ask again; absent: for ever, and never"`
	Init      *spec.Node            `toml:"init" help:"phases of the initialisation of functions that state none, each drawn once for each function: its starts all take that; absent: the platform's"`
	Functions []*spec.Node          `toml:"function" help:"synthetic functions, in place of a trace"`
	// Application is the file's table, once it is read.
	Application *spec.Node `toml:"application" help:"file of an application, in place of a trace or functions; looked up beside the experiment, then under the data folder"`
}

// runtimeSpec is a runtime and how many functions have it.
type runtimeSpec struct {
	Runtime string  `toml:"runtime" required:"true" help:"its name"`
	Share   float64 `toml:"share" required:"true" help:"weight among the list's, ≥ 0"`
}

type sampleSpec struct {
	Functions int `toml:"functions" required:"true" help:"how many to keep"`
}

// platformSpec is one platform, its preset merged in.
type platformSpec struct {
	Name           string           `toml:"name" required:"true"`
	Preset         string           `toml:"preset" help:"where the keys that are not given come from; see coldcurve list platforms"`
	Tariffs        []string         `toml:"tariffs" help:"what prices its runs; see coldcurve list tariffs"`
	Region         string           `toml:"region" help:"where it is, for applications: hops between regions take time and egress; absent: the region of its tariff"`
	Counterfactual *bool            `toml:"counterfactual" help:"as the key of the file, for this platform"`
	Unit           sim.Unit         `toml:"unit" default:"function" help:"what scales and owns instances: function, app"`
	Dispatch       sim.Dispatch     `toml:"dispatch" default:"bound" help:"a request that finds no free slot: bound to an instance of its own, or in a queue for whichever is free first"`
	Reuse          sim.Reuse        `toml:"reuse" default:"most-recent" help:"which instance serves: most-recent, newest, oldest, least-recent, least-loaded"`
	Queue          sim.Order        `toml:"queue" default:"fifo" help:"who is first of those that wait: fifo, shortest-expected (mean service so far of the function), earliest-deadline (when its client gives up, or its timeout from the arrival), earliest-expected-end (arrival and mean service), shortest-with-start (mean service, and start where no instance idles), most-frequent (mean time between arrivals so far), rarest (the reverse)"`
	Concurrency    int              `toml:"concurrency" default:"1" help:"requests that an instance serves at a time"`
	Limit          limitSpec        `toml:"limit"`
	TimeoutClock   sim.TimeoutClock `toml:"timeout_clock" default:"handler" help:"from when a timeout counts: handler (start of service), request (arrival)"`
	Timeout        spec.Duration    `toml:"timeout" unit:"duration" help:"of functions that state none; 0s: none"`
	Abandoned      *sim.AfterClient `toml:"abandoned" help:"a request with an instance whose client gives up: served (to its end, for nobody), cancelled; absent: served, by an engine of a language model cancelled"`
	MaxLifetime    spec.Duration    `toml:"max_lifetime" unit:"duration" help:"an instance of this age takes no more requests; 0s: none"`
	Memory         spec.Size        `toml:"memory" default:"128MB" unit:"size" help:"of functions that state none"`
	MemoryScale    float64          `toml:"memory_scale" default:"1" help:"factor on the memory of all functions; service times stay, but of those of an application with by_memory"`
	MemoryMin      spec.Size        `toml:"memory_min" unit:"size" help:"smaller functions get this"`
	MemorySizes    []spec.Size      `toml:"memory_sizes" unit:"size" help:"the sizes there are; a function gets the next larger one"`
	VCPU           float64          `toml:"vcpu" help:"virtual CPUs of an instance; absent: what the tariff takes for its memory"`
	MemoryPerVCPU  spec.Size        `toml:"memory_per_vcpu" unit:"size" help:"an instance has a vCPU for so much of its memory, and parts of one; for times that follow the memory (by_memory), not for bills. Absent: vcpu, whatever its memory"`
	GPU            gpuSpec          `toml:"gpu" help:"the GPUs of an instance, where its server does not say them: { name = \"h100\", count = 1 }"`
	Server         *spec.Node       `toml:"server" help:"how an instance serves requests side by side; absent: each for its own service time; see coldcurve list servers"`
	Init           *spec.Node       `toml:"init" help:"phases of an initialisation, of functions that state none"`
	Stores         []storeSpec      `toml:"store" help:"where starts load what has no bandwidth of its own, nearest first"`
	Hosts          int              `toml:"hosts" default:"1" help:"hosts that instances start on, each with stores of its own"`
	Placement      *spec.Node       `toml:"placement" help:"on which node an instance starts, a policy; on hosts without nodes: any, all alike, or soonest, where what it loads is nearest"`
	Eviction       *spec.Node       `toml:"eviction" help:"which idle instance of a full node leaves for another"`
	KeepAlive      *spec.Node       `toml:"keepalive" help:"how long an idle instance stays"`
	Prewarm        *spec.Node       `toml:"prewarm" help:"what is started before it is asked for"`
	Pool           *spec.Node       `toml:"pool" help:"instances of no function that starts take"`
	Scaling        *spec.Node       `toml:"scaling" help:"how many instances are started"`
	Routing        *spec.Node       `toml:"routing" help:"which instance with a free slot serves a request, in place of reuse"`
	Stockout       *stockoutSpec    `toml:"stockout" help:"starts for which the provider has no machine"`
	Cluster        clusterSpec      `toml:"cluster"`
}

type limitSpec struct {
	Account   int           `toml:"account" help:"requests at the same time over all functions; 0: none"`
	Function  int           `toml:"function" help:"requests at the same time of one function; 0: none"`
	Instances int           `toml:"instances" help:"instances of one function or app; 0: none"`
	GPUs      int           `toml:"gpus" help:"GPUs of all instances on the platform; 0: any number"`
	Ramp      rampSpec      `toml:"ramp" help:"starts of instances in a time, as in 1000/10s"`
	Requests  rampSpec      `toml:"requests" help:"requests in a time, as in 10/s, for each request at a time that account allows over all functions, and function of one; more are rejected"`
	Over      sim.Over      `toml:"over" default:"reject" help:"a request over a limit: reject, queue"`
	Queue     int           `toml:"queue" help:"requests that may wait in a function or app, 1 or more; absent: any number"`
	QueueWait queueWaitSpec `toml:"queue_wait" unit:"duration" help:"how long a request may wait before it is rejected; or by the mean start so far, { starts = 3.5, least = 10s }; absent: any time"`
}

// sweepSpec is what varies between cells: the product of grid, or the cases.
type sweepSpec struct {
	Grid  *spec.Node   `toml:"grid" help:"path = list of values; the cells are their product"`
	Cases []*spec.Node `toml:"case" help:"corners, one by one: path = value"`
}

type compareSpec struct {
	Reference *spec.Node `toml:"reference" help:"path = value of the cell that others are compared with"`
}

// goodputSpec is what a request to a language model must meet to count as good.
type goodputSpec struct {
	TTFT spec.Duration `toml:"ttft" unit:"duration" help:"time to the first token at most; absent: any"`
	TPOT spec.Duration `toml:"tpot" unit:"duration" help:"time per output token after the first at most; absent: any"`
	E2E  spec.Duration `toml:"e2e" unit:"duration" help:"time from arrival to the last token at most; absent: any"`
}

type billSpec struct {
	Rates    *spec.Node         `toml:"rates" help:"exchange rates: what one of each currency is in currency, as in { EUR = 1.08 }"`
	Currency string             `toml:"currency" default:"USD" help:"what rates turn costs into"`
	Span     costmodel.Span     `toml:"span" default:"month" help:"month: usage scaled to 30 days, then tiers and free grants; run: as it is"`
	FreeTier costmodel.FreeTier `toml:"free_tier" default:"full" help:"full: the account's free grants and credits are all for this workload; none: others use them up"`
}

// tradeoffSpec names two columns.
type tradeoffSpec struct {
	X string `toml:"x" default:"wasted_gib_s" help:"a column that is a number"`
	Y string `toml:"y" default:"cold_ratio" help:"another"`
}

type outputSpec struct {
	Plots    []string         `toml:"plots" help:"which plots are drawn"`
	PlotSize results.PlotSize `toml:"plot_size" default:"screen" help:"for what place plots are laid out: screen, page, column"`
	Tradeoff tradeoffSpec     `toml:"tradeoff" help:"the two metrics of the plot of that name, smaller being better"`
}
