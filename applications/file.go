package applications

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/workloads"
)

// The types of this file are the application file, key by key: what stands there,
// before names are resolved. docs/applications.md is their page.

// fileSpec is the whole file.
type fileSpec struct {
	Title       string         `toml:"title" help:"what the application is"`
	Description string         `toml:"description" help:"what a reader should know; printed on its page"`
	Unit        string         `toml:"unit" help:"the business event that one start of it is: an order, a picture, a chat turn; absent: an execution"`
	Triggers    []triggerSpec  `toml:"trigger" required:"true" help:"what starts flows and functions"`
	Stores      []storeSpec    `toml:"store" help:"services that keep state: tables, buckets, caches, queues without a consumer, anything that is called and billed"`
	Functions   []functionSpec `toml:"function" help:"what computes; models too"`
	Flows       []flowSpec     `toml:"flow" help:"steps in order, run by an orchestrator"`
	Networks    []networkSpec  `toml:"network" help:"round trips and egress between two regions, where the tables have none or others hold"`
	Outages     []outageSpec   `toml:"outage" help:"when a region, platform, function or store does not answer"`
	Overheads   []overheadSpec `toml:"overhead" help:"what privacy, security and observability cost, as factors and meters"`
	Leaving     *leavingSpec   `toml:"leaving" help:"what it costs to leave a provider, once"`
	Drain       *spec.Duration `toml:"drain" unit:"duration" help:"after the horizon: messages undelivered then count as in flight; absent: the longest timeout of a function, and of the flows and steps that state one, or what redeliveries take whose number is bounded, at most 24h"`
}

// triggerSpec starts a flow or a function. One of the tables http to call says how;
// absent: the start costs nothing and takes no time.
type triggerSpec struct {
	Name     string                   `toml:"name" required:"true" help:"functions, flows, triggers and stores have names that differ"`
	Start    string                   `toml:"start" required:"true" help:"a flow or a function"`
	Region   string                   `toml:"region" help:"where its callers are; absent: beside what it starts"`
	Tag      string                   `toml:"tag" help:"tenant, team or product that its costs are counted under"`
	Arrivals workloads.ArrivalProcess `toml:"arrivals" help:"of records, requests or messages from outside; absent: only what steps send"`
	Record   recordSpec               `toml:"record" help:"what arrives"`
	HTTP     *httpSpec                `toml:"http" help:"a request that waits for the answer, through a gateway"`
	Queue    *queueSpec               `toml:"queue" help:"messages that a poller takes in batches"`
	Stream   *streamSpec              `toml:"stream" help:"records in order by shard, in batches"`
	Schedule *scheduleSpec            `toml:"schedule" help:"starts at fixed times"`
	Object   *objectSpec              `toml:"object" help:"an object that is written to a store"`
	Bus      *busSpec                 `toml:"bus" help:"events that a rule lets through"`
	Async    *asyncSpec               `toml:"async" help:"a call that nobody waits for, with the platform's own retries; beside schedule, object or bus: how the function that these call is tried again"`
}

type recordSpec struct {
	Size   Bytes    `toml:"size" default:"\"1KB\"" help:"a size or a distribution of sizes"`
	Key    *keySpec `toml:"key" help:"what decides about a record's shard, group or session; absent: each its own"`
	Poison float64  `toml:"poison" help:"part of the records that fail at each delivery to a function, whatever its error_rate; by their key, so that retries do not help"`
}

type keySpec struct {
	Count int     `toml:"count" required:"true" help:"how many keys there are"`
	Zipf  float64 `toml:"zipf" help:"exponent of their popularity; 0: equal"`
}

type httpSpec struct {
	Service string        `toml:"service" default:"none" help:"api-gateway-http, api-gateway-rest, alb …: its latency, limits and meters; none: reached directly"`
	Timeout spec.Duration `toml:"timeout" unit:"duration" help:"of the caller; absent: the service's"`
	DNS     *useSpec      `toml:"dns" help:"what name service a request asks, as in { store = \"names\", probability = 0.1 }"`
	Auth    *authSpec     `toml:"authorizer" help:"who is asked whether the caller may: a function or a store, with a cache of its answers"`
	Answer  string        `toml:"answer" default:"end" help:"when its caller is answered: end, of what it starts, or start, once a flow has been started, which goes on"`
	Client  *clientSpec   `toml:"client" help:"how its callers retry; absent: they do not"`
}

type authSpec struct {
	Call  string        `toml:"call" required:"true" help:"a function or a store"`
	Cache spec.Duration `toml:"cache" default:"300s" unit:"duration" help:"how long an answer holds for a record's key; 0s: none"`
}

type clientSpec = workloads.ClientSpec

type queueSpec struct {
	Service     string                  `toml:"service" default:"sqs" help:"sqs, sqs-fifo, azure-queue, pub-sub …: its defaults, limits and meters"`
	Region      string                  `toml:"region" help:"absent: of what it starts"`
	Batch       int                     `toml:"batch" help:"messages at most; absent: the service's"`
	Window      spec.Duration           `toml:"window" unit:"duration" help:"how long a batch is gathered; absent: the service's"`
	Visibility  spec.Duration           `toml:"visibility" unit:"duration" help:"a message that was received is hidden so long; absent: the service's"`
	Receives    int                     `toml:"receives" help:"of a message before it is dead; 0: any number; absent: the service's"`
	Dead        string                  `toml:"dead" help:"a trigger or store that takes what is dead; absent: it is dropped, and counted"`
	Partial     bool                    `toml:"partial" help:"a batch reports which of its records failed: only these are received again; error_rate of what it starts is then of each record"`
	Pollers     *pollerSpec             `toml:"pollers" help:"how many poll, and how their number grows; absent: the service's"`
	Concurrency int                     `toml:"concurrency" help:"batches at a time; 0: what the pollers and the platform allow"`
	Duplicates  *float64                `toml:"duplicates" help:"part of deliveries that happens twice; absent: the service's"`
	Delay       spec.Duration           `toml:"delay" unit:"duration" help:"before a message can be received"`
	Latency     *workloads.Distribution `toml:"latency" help:"from the send to the receipt by an idle poller; absent: the service's"`
	Encrypt     string                  `toml:"encrypt" help:"a store of a key service, as of a store"`
	KeyReuse    *spec.Duration          `toml:"key_reuse" unit:"duration" help:"as of a store"`
}

type pollerSpec struct {
	Start int           `toml:"start" help:"at first"`
	Grow  int           `toml:"grow" help:"a minute more, where there are messages"`
	Most  int           `toml:"most" help:"at most"`
	Poll  spec.Duration `toml:"poll" unit:"duration" help:"how long an empty receive waits"`
}

type streamSpec struct {
	Service   string                  `toml:"service" default:"kinesis" help:"kinesis, kinesis-fan-out, dynamodb-streams, event-hubs …"`
	Region    string                  `toml:"region" help:"absent: of what it starts"`
	Shards    int                     `toml:"shards" default:"1" help:"each has its own order and its own limits"`
	OnDemand  bool                    `toml:"on_demand" help:"shards as the load needs, by the rule of a service that has one (kinesis-on-demand); absent: as the service"`
	Via       string                  `toml:"via" help:"pipe: a metered pipe between the stream and what it starts; absent: the platform's own poller"`
	Batch     int                     `toml:"batch" help:"records at most; absent: the service's"`
	Window    spec.Duration           `toml:"window" unit:"duration" help:"how long a batch is gathered"`
	Parallel  int                     `toml:"parallel" default:"1" help:"batches of a shard at a time; records of a key stay in order"`
	Retries   int                     `toml:"retries" default:"-1" help:"of a batch; -1: until its records are too old"`
	Bisect    bool                    `toml:"bisect" help:"a batch that fails is split in two"`
	MaxAge    spec.Duration           `toml:"max_age" unit:"duration" help:"older records are given up; absent: the retention"`
	Dead      string                  `toml:"dead" help:"a trigger or store that is told of batches that are given up"`
	Retention spec.Duration           `toml:"retention" default:"24h" unit:"duration" help:"how long records are kept"`
	Partial   bool                    `toml:"partial" help:"a batch reports the first record that failed: it is retried from there; error_rate of what it starts is then of each record"`
	Poll      spec.Duration           `toml:"poll" unit:"duration" help:"between two looks at a shard; absent: the service's"`
	Latency   *workloads.Distribution `toml:"latency" help:"from a look to what it starts; absent: the service's"`
	Encrypt   string                  `toml:"encrypt" help:"a store of a key service, as of a store"`
	KeyReuse  *spec.Duration          `toml:"key_reuse" unit:"duration" help:"as of a store"`
}

type scheduleSpec struct {
	Service string        `toml:"service" default:"eventbridge-scheduler" help:"its meter"`
	Every   spec.Duration `toml:"every" unit:"duration" required:"true" help:"from one start to the next, 1s or more"`
	Offset  spec.Duration `toml:"offset" unit:"duration" help:"of the first start"`
}

type objectSpec struct {
	Store      string                  `toml:"store" required:"true" help:"the store that the object is written to; the write of what arrives from outside is billed there; what it starts is told of it in 1KB, and a function works on the object"`
	Latency    *workloads.Distribution `toml:"latency" help:"from the write to the start; absent: the service's"`
	Duplicates *float64                `toml:"duplicates" help:"part of deliveries that happens twice; absent: the service's"`
}

type busSpec struct {
	Service    string                  `toml:"service" default:"eventbridge" help:"eventbridge, sns, event-grid …"`
	Region     string                  `toml:"region" help:"absent: of what it starts"`
	Match      float64                 `toml:"match" default:"1" help:"part of events that the filter lets through"`
	Filter     string                  `toml:"filter" help:"the rule's text, for the reader"`
	Retries    int                     `toml:"retries" default:"-1" help:"of a delivery; -1: the service's"`
	MaxAge     spec.Duration           `toml:"max_age" unit:"duration" help:"absent: the service's"`
	Dead       string                  `toml:"dead" help:"a trigger or store that takes what was given up; absent: it is dropped, and counted"`
	Duplicates *float64                `toml:"duplicates" help:"part of deliveries that happens twice; absent: the service's"`
	Latency    *workloads.Distribution `toml:"latency" help:"from the event to the start; absent: the service's"`
	Encrypt    string                  `toml:"encrypt" help:"a store of a key service, as of a store"`
	KeyReuse   *spec.Duration          `toml:"key_reuse" unit:"duration" help:"as of a store"`
}

type asyncSpec struct {
	Service    string        `toml:"service" default:"lambda-async" help:"its retries and ages"`
	Retries    int           `toml:"retries" default:"-1" help:"after an error; -1: the service's (Lambda: 2)"`
	MaxAge     spec.Duration `toml:"max_age" unit:"duration" help:"absent: the service's (Lambda: 6h)"`
	Dead       string        `toml:"dead" help:"a trigger or store that takes what was given up; absent: it is dropped, and counted"`
	Duplicates *float64      `toml:"duplicates" help:"part of deliveries that happens twice; absent: the service's"`
}

// storeSpec is a service that is called. What the catalogue says of it can be given here.
type storeSpec struct {
	Name     string                 `toml:"name" required:"true" help:"as others name it"`
	Service  string                 `toml:"service" required:"true" help:"of the catalogue (coldcurve list services), or custom"`
	Region   string                 `toml:"region" help:"absent: beside the first function on its provider, else beside the first function"`
	Tariff   string                 `toml:"tariff" help:"absent: the service's; none: it is not billed"`
	Stored   spec.Size              `toml:"stored" help:"what it holds all the time, billed by the month"`
	Latency  map[string]latencySpec `toml:"latency" help:"by op: a distribution, or { first = …, bandwidth = … }"`
	Limits   map[string]spec.Rate   `toml:"limits" help:"ops a second by op, of this store alone; beyond it a call is throttled"`
	Meters   map[string]string      `toml:"meters" help:"op = meter of the tariff, of which a call counts one; of a custom service, or in place of the service's"`
	Retry    *storeRetrySpec        `toml:"retry" help:"how a client's library retries what is throttled; absent: the service's"`
	Capacity map[string]float64     `toml:"capacity" help:"what is provisioned and billed by time, by meter, in the mean: { read_capacity = 100 }, { capacity_units = 1.5 }"`
	HitRate  *float64               `toml:"hit_rate" help:"of a cache: part of reads that it answers; the others go to behind"`
	Behind   string                 `toml:"behind" help:"the store that a cache stands before"`
	Encrypt  string                 `toml:"encrypt" help:"a store of a key service that is asked for the data key of its calls, as often as the service asks"`
	KeyReuse *spec.Duration         `toml:"key_reuse" unit:"duration" help:"how long a data key that was fetched is used again, as of a bucket key of S3 or in the reuse period of SQS; 0s: each call fetches one; absent: as the service does"`
	Feeds    string                 `toml:"feeds" help:"a trigger with a stream, or of this store's objects, at which each write that ends well arrives; what is refused there is put again until it is taken"`
	Tag      string                 `toml:"tag" help:"as of a trigger"`
}

type latencySpec struct {
	First     workloads.Distribution `toml:"first" help:"until the first byte"`
	Bandwidth *spec.Bandwidth        `toml:"bandwidth" help:"after it"`
	Error     float64                `toml:"error_rate" help:"part of calls that fail"`
}

type storeRetrySpec struct {
	Attempts int           `toml:"attempts" default:"3" help:"in all"`
	Backoff  spec.Duration `toml:"backoff" default:"50ms" unit:"duration" help:"before the first retry, then twice as long each time; a uniform part of it is waited"`
	Cap      spec.Duration `toml:"cap" default:"20s" unit:"duration" help:"no backoff is longer"`
}

// functionSpec is a function, or a model that is called as one.
type functionSpec struct {
	Name        string                 `toml:"name" required:"true" help:"as others name it"`
	Platform    string                 `toml:"platform" required:"true" help:"one of the experiment's"`
	Memory      spec.Size              `toml:"memory" help:"a whole number of MiB; absent: the platform's; it is billed and fills instances; times follow it by by_memory alone"`
	ByMemory    *byMemorySpec          `toml:"by_memory" help:"how its own time follows the memory; absent: not at all"`
	Service     ServiceTime            `toml:"service" help:"time on a warm instance without what it waits for: a duration, a distribution, or { base = …, per_record = …, per_mb = … }"`
	Tokens      *workloads.TokensSpec  `toml:"tokens" help:"what a call asks of a language model; its platform has a server of one"`
	Init        workloads.Init         `toml:"init" help:"initialisation, by phase; absent: the platform's"`
	ColdService workloads.Distribution `toml:"cold_service" help:"service time of a cold request, all of it busy, in place of init"`
	Timeout     spec.Duration          `toml:"timeout" unit:"duration" help:"absent: the platform's"`
	Runtime     string                 `toml:"runtime" help:"language runtime that its instances start, such as python:3.12; functions of one on a platform may share it"`
	Error       float64                `toml:"error_rate" help:"part of attempts that fail at their end; of records, each drawn by itself, where a queue or stream says partial"`
	Output      *Bytes                 `toml:"output" help:"what it returns; absent: what it was given"`
	Uses        []useSpec              `toml:"use" help:"what it calls and waits for, in this order, after its own time"`
	State       *stateSpec             `toml:"state" help:"kept in the instance: lost with it, and rebuilt"`
	Tag         string                 `toml:"tag" help:"as of a trigger"`
}

// useSpec is a call that a function, or a step by itself, makes and waits for.
type useSpec struct {
	Store       string  `toml:"store" help:"a store; one of store, call and send"`
	Call        string  `toml:"call" help:"another function or flow, which the caller waits for"`
	Send        string  `toml:"send" help:"a trigger or store that a message is sent to"`
	Op          string  `toml:"op" help:"of the store: read, write, query, delete …; absent: the first that its service has"`
	Per         string  `toml:"per" default:"invocation" help:"invocation, record"`
	Count       float64 `toml:"count" default:"1" help:"so many, one after the other"`
	Parallel    bool    `toml:"parallel" help:"all of them at the same time"`
	Size        *Bytes  `toml:"size" help:"of each; absent: the input, of which no more goes along than what is called takes"`
	Probability float64 `toml:"probability" default:"1" help:"that it is made at all"`
	Skip        string  `toml:"skip_on_hit" help:"a cache whose hit in this invocation makes the call unneeded"`
	Optional    bool    `toml:"optional" help:"that it fails is no failure of who asks: it is waited for, and the next call is made"`
}

type stateSpec struct {
	Size    spec.Size              `toml:"size" required:"true" help:"of what is read, and written"`
	Store   string                 `toml:"store" help:"where it is rebuilt from; absent: by rebuild alone"`
	Rebuild workloads.Distribution `toml:"rebuild" help:"time beside the read"`
	Save    float64                `toml:"save" help:"part of invocations after which it is written to the store"`
}

// flowSpec is a graph of steps and who runs it.
type flowSpec struct {
	Name    string        `toml:"name" required:"true" help:"as others name it"`
	Engine  engineSpec    `toml:"engine" help:"the orchestrator"`
	Timeout spec.Duration `toml:"timeout" unit:"duration" help:"of an execution; absent: the engine's"`
	Input   *Bytes        `toml:"input" help:"of an execution; absent: of what starts it, of an object the 1KB that tell of it"`
	Steps   []stepSpec    `toml:"steps" required:"true" help:"in order; one that a branch or a map names is reached only through it"`
	Tag     string        `toml:"tag" help:"as of a trigger"`
}

// engineSpec is an orchestrator: a preset, and what is changed of it.
type engineSpec struct {
	Preset     string                  `toml:"preset" default:"none" help:"step-functions-standard, step-functions-express, google-workflows, durable-functions, airflow, none; coldcurve list engines"`
	Region     string                  `toml:"region" help:"absent: of the first function that it calls"`
	Tariff     string                  `toml:"tariff" help:"absent: the preset's; none: it is not billed"`
	Gap        *workloads.Distribution `toml:"gap" help:"from the end of a task to the start of the next; absent: the preset's, by payload"`
	State      *workloads.Distribution `toml:"state" help:"of a state that calls nothing; absent: the preset's"`
	Start      *workloads.Distribution `toml:"start" help:"from the trigger to the first state; absent: the preset's"`
	Memory     spec.Size               `toml:"memory" help:"of an execution that is billed by memory; absent: by the preset's rule, from payloads and definition"`
	Definition spec.Size               `toml:"definition" help:"of the flow's text, where memory is billed"`
	Limits     map[string]spec.Rate    `toml:"limits" help:"starts, states (transitions) a second, of this flow alone"`
	Concurrent int                     `toml:"concurrent" help:"executions at a time, of this flow alone; more wait; absent: the preset's, of all flows in the region"`
	Workers    int                     `toml:"workers" help:"calls of functions at a time, of all executions of the flow; absent: the preset's"`
}

// stepSpec is a step. One key of call to fail says what kind it is; next absent: the
// line below.
type stepSpec struct {
	Name string `toml:"name" required:"true" help:"differs from those of the flow's other steps"`
	Next string `toml:"next" help:"a step of the same list, or end"`

	Call     string                  `toml:"call" help:"a function or a flow, which the step waits for"`
	Route    *routeSpec              `toml:"route" help:"one of several functions"`
	Parallel []branchSpec            `toml:"parallel" help:"lists of steps, all at the same time"`
	Map      *mapSpec                `toml:"map" help:"a list of steps for each item"`
	Choice   []choiceSpec            `toml:"choice" help:"the first whose conditions all hold"`
	Wait     *workloads.Distribution `toml:"wait" help:"a time"`
	Send     *sendSpec               `toml:"send" help:"a message, to a trigger or a store"`
	Use      []useSpec               `toml:"use" help:"services that the engine calls itself"`
	Pass     bool                    `toml:"pass" help:"true: nothing, but output"`
	Succeed  bool                    `toml:"succeed" help:"true: the list ends here, well"`
	Fail     bool                    `toml:"fail" help:"true: the list ends here, as failed"`

	Input    *Bytes        `toml:"input" help:"payload of the call; absent: of the step before"`
	Output   *Bytes        `toml:"output" help:"payload after it; absent: of the function"`
	Async    bool          `toml:"async" help:"a call that the step does not wait for"`
	Callback *callbackSpec `toml:"callback" help:"the step waits after the call until somebody answers"`
	Timeout  spec.Duration `toml:"timeout" unit:"duration" help:"of each try of the step; absent: none"`
	Retry    []retrySpec   `toml:"retry" help:"the first whose on holds"`
	Catch    []catchSpec   `toml:"catch" help:"after the retries: the first whose on holds"`
	States   int           `toml:"states" help:"that it counts as where transitions are billed; absent: as its kind is counted"`
	Tag      string        `toml:"tag" help:"as of a trigger"`
}

// branchSpec is a list of names of steps.
type branchSpec []string

type mapSpec struct {
	Items       ItemCount `toml:"items" required:"true" help:"how many: a number or a distribution; or { store = \"objects\", op = \"list\", count = 1000 } that is read first"`
	Steps       []string  `toml:"steps" required:"true" help:"names of steps, as of a branch"`
	Concurrency int       `toml:"concurrency" help:"at a time; 0: the engine's"`
	Mode        string    `toml:"mode" default:"inline" help:"inline, distributed: each item, or batch of them, an execution of its own"`
	Batch       int       `toml:"batch" default:"1" help:"items of a child, distributed"`
	Engine      string    `toml:"engine" help:"of the children, distributed: standard, express"`
	Tolerate    float64   `toml:"tolerate" help:"part of children that may fail"`
	Size        *Bytes    `toml:"size" help:"of an item; absent: the input's share"`
}

type routeSpec struct {
	To       []string      `toml:"to" required:"true" help:"functions, in order of preference"`
	By       string        `toml:"by" default:"weight" help:"weight, price, latency, health, overflow (the first until it is full)"`
	Weights  []float64     `toml:"weights" help:"by weight; absent: equal"`
	Probe    spec.Duration `toml:"probe" default:"10s" unit:"duration" help:"between two looks at who is unhealthy, and the window of latencies"`
	Failures int           `toml:"failures" default:"3" help:"in a row that make one unhealthy"`
	Full     int           `toml:"full" help:"by overflow: requests under way that fill it; absent: its platform's limit"`
	Fallback bool          `toml:"fallback" default:"true" help:"what fails is tried at the next one at once"`
	Cache    *semanticSpec `toml:"cache" help:"answers that are given again: no call is made"`
	Budgets  []float64     `toml:"budgets" help:"USD a month of each, by price: one that is spent is passed over; 0: none"`
}

type semanticSpec struct {
	HitRate float64  `toml:"hit_rate" required:"true" help:"part of requests that it answers"`
	Lookup  *useSpec `toml:"lookup" help:"what each request asks first"`
}

type choiceSpec struct {
	Probability float64   `toml:"probability" help:"of all that reach the choice"`
	SizeAbove   spec.Size `toml:"size_above" help:"the payload is larger"`
	Attempt     int       `toml:"attempt_above" help:"the step was entered more often in this execution: ends loops"`
	When        string    `toml:"when" help:"the rule's text, for the reader"`
	Next        string    `toml:"next" required:"true" help:"a step of the same list, or end"`
}

type sendSpec struct {
	To    string  `toml:"to" required:"true" help:"a trigger or a store"`
	Size  *Bytes  `toml:"size" help:"absent: of the step before, of which no more goes along than what it is sent to takes"`
	Count float64 `toml:"count" default:"1" help:"messages; the part after the point is a probability"`
}

type callbackSpec struct {
	After  workloads.Distribution `toml:"after" required:"true" help:"from the call's end until the answer"`
	Failed float64                `toml:"failed" help:"part of the answers that are failures"`
	Never  float64                `toml:"never" help:"part that never comes: a heartbeat or the step's timeout ends it"`
	Beat   spec.Duration          `toml:"heartbeat" unit:"duration" help:"what never comes is noticed after it; absent: by timeouts alone"`
}

type retrySpec struct {
	On       []string      `toml:"on" required:"true" help:"any, failed, throttled, timeout"`
	Attempts int           `toml:"attempts" default:"3" help:"retries after the first try"`
	Interval spec.Duration `toml:"interval" default:"1s" unit:"duration" help:"before the first retry"`
	Rate     float64       `toml:"rate" default:"2" help:"from each interval to the next"`
	Cap      spec.Duration `toml:"cap" unit:"duration" help:"no interval is longer; 0s: any"`
	Jitter   string        `toml:"jitter" default:"none" help:"none, full, equal, decorrelated: as of a client"`
}

type catchSpec struct {
	On   []string `toml:"on" required:"true" help:"any, failed, throttled, timeout"`
	Next string   `toml:"next" required:"true" help:"a step of the same list, or end"`
}

type networkSpec struct {
	Between   []string                `toml:"between" required:"true" help:"two regions"`
	RTT       *workloads.Distribution `toml:"rtt" help:"round trip; absent: the catalogue's"`
	Bandwidth *spec.Bandwidth         `toml:"bandwidth" help:"absent: bytes take no time"`
	Tariff    string                  `toml:"tariff" help:"whose egress meter counts what leaves the first region; absent: the provider's"`
}

type outageSpec struct {
	Of    string        `toml:"of" required:"true" help:"region, platform, function or store; of a region, all that stands there"`
	From  spec.Duration `toml:"from" required:"true" unit:"duration" help:"counted from time 0"`
	Lasts spec.Duration `toml:"lasts" required:"true" unit:"duration" help:"above 0"`
	Part  float64       `toml:"part" default:"1" help:"part of calls that fail meanwhile"`
	After spec.Duration `toml:"after" default:"0s" unit:"duration" help:"how long a failing call takes"`
}

// overheadSpec is something that makes steps slower, calls more, or is billed beside them.
type overheadSpec struct {
	Name      string                  `toml:"name" required:"true" help:"of the catalogue (coldcurve list overheads), or its own"`
	On        []string                `toml:"on" help:"functions, stores, flows or triggers that it is of; absent: all that it can be of"`
	Factor    *float64                `toml:"factor" help:"on service times, cold ones too; absent: the catalogue's; several together at most 1000000"`
	Add       *workloads.Distribution `toml:"add" help:"to each call"`
	ColdAdd   *workloads.Distribution `toml:"cold_add" help:"to each initialisation"`
	Rate      float64                 `toml:"rate" default:"1" help:"part of calls that it is of: samples of traces, keys that are not cached; a factor is of all"`
	Use       *useSpec                `toml:"use" help:"what each such call calls beside it"`
	Bandwidth *float64                `toml:"bandwidth" help:"factor on the time of transfers"`
	Enabled   *bool                   `toml:"enabled" help:"false takes it out: what does privacy cost here is a sweep of it"`
}

type leavingSpec struct {
	From    string             `toml:"from" required:"true" help:"a provider"`
	Stored  spec.Size          `toml:"stored" help:"that moves; absent: what its stores hold"`
	Tariff  string             `toml:"tariff" help:"whose egress meter counts it; absent: the provider's"`
	Rewrite map[string]float64 `toml:"rewrite" help:"days of work by service or function"`
	Day     float64            `toml:"day" help:"USD of a day of work"`
}
