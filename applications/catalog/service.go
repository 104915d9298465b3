package catalog

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/workloads"
)

// Service is what is called, or what delivers: one product of one provider. Which of
// its tables it has says what it can be: ops alone make it a store.
type Service struct {
	Name     string `toml:"name" required:"true" help:"as applications name it"`
	Title    string `toml:"title" required:"true"`
	Provider string `toml:"provider" required:"true" help:"aws, azure, gcp, or none for one that runs anywhere"`
	Account  string `toml:"account" help:"services of the same share the limits that are of each account; absent: the title"`
	Basis
	Starts   []string  `toml:"starts" help:"presets of the platforms whose functions it starts by itself; absent: all of its provider"`
	Tariff   string    `toml:"tariff" help:"of costmodel/catalog; absent: it is not billed"`
	Notes    []string  `toml:"notes"`
	Ops      []Op      `toml:"op" help:"what it is asked; the first is what absent op means"`
	Held     []Held    `toml:"held" help:"what is billed by time"`
	DataKey  *DataKey  `toml:"data_key" help:"how it uses a data key of a key service again; absent: each call fetches one"`
	Retry    *Retry    `toml:"retry" help:"of its client's library, on throttles; absent: none"`
	Cache    bool      `toml:"cache" help:"it can stand before another store"`
	Queue    *Queue    `toml:"queue"`
	Stream   *Stream   `toml:"stream"`
	Bus      *Bus      `toml:"bus"`
	Async    *Async    `toml:"async"`
	Gateway  *Gateway  `toml:"gateway"`
	Schedule *Schedule `toml:"schedule"`
	Object   *Object   `toml:"object" help:"that a write can start something"`
}

// Op is one operation.
type Op struct {
	Name string `toml:"name" required:"true" help:"read, write, query, delete, list, send, receive, put, get, request, publish …"`
	Basis
	First        Fact[workloads.Distribution] `toml:"first" help:"until the first byte of the answer: a duration, a distribution, or { dist = \"quantiles\", p50 = …, p90 = …, p99 = … }"`
	Bandwidth    Fact[spec.Bandwidth]         `toml:"bandwidth" help:"after it, of the bytes read or written"`
	Error        Fact[float64]                `toml:"error_rate" help:"part of calls that fail"`
	Limit        Fact[spec.Rate]              `toml:"limit" help:"calls a second; beyond it a call is throttled"`
	Burst        Fact[float64]                `toml:"burst" help:"calls that a full bucket allows at once; absent: a second's"`
	Each         string                       `toml:"each" help:"what has one limit: account, all that calls the service in a region; absent: each store, queue or topic has its own"`
	Shared       string                       `toml:"shared" help:"a name: ops of the same share a limit, and so do their keys"`
	PerKey       Fact[spec.Rate]              `toml:"per_key" help:"units a second of each key of records; beyond it a call is throttled"`
	KeyCalls     Fact[spec.Rate]              `toml:"calls_per_key" help:"calls a second of each key, of a queue in order each group, whatever their size; in place of per_key"`
	Most         Fact[spec.Size]              `toml:"most" help:"the largest payload"`
	MostOf       string                       `toml:"most_of" help:"platform preset whose functions alone it is the largest payload for; absent: whatever is behind it"`
	Meter        string                       `toml:"meter" help:"of the tariff; absent: calls are not billed"`
	Unit         Fact[spec.Size]              `toml:"unit" help:"bytes of one unit of the meter, a part counting as one; absent: one a call; by bytes: what less is counted as"`
	ByBytes      bool                         `toml:"by_bytes" help:"the meter counts bytes"`
	DataKeyCalls Fact[int]                    `toml:"data_key_calls" help:"calls that fetch its data key, where the service says data_key; absent: none"`
	Writes       bool                         `toml:"writes" help:"its bytes go to the service; else they come from it"`
}

// Held is what is billed by time: an amount × the time of the window.
type Held struct {
	What  string `toml:"what" required:"true" help:"stored (bytes of the store), shards (of a stream), retention (shards of one that keeps records for more than a day), one (of each store or stream), or a key of the store's capacity"`
	Meter string `toml:"meter" required:"true"`
	Unit  string `toml:"unit" help:"of what the meter counts: byte-s (of stored, absent), ns (of others, absent), MiB-ns; as the tariff prices it: by size and time, by time, by memory and time"`
	Basis
}

// DataKey is how a service uses the data key again that a key service gives it, for each
// principal that calls it.
type DataKey struct {
	Basis
	Reuse Fact[spec.Duration] `toml:"reuse" help:"how long; absent: each call fetches its own"`
	Idle  bool                `toml:"idle" help:"from its last use; else from when it was fetched"`
	Apart bool                `toml:"apart" help:"each op has a key of its own"`
	Own   bool                `toml:"own" help:"key_reuse of an application may say how long"`
	Least Fact[spec.Duration] `toml:"least_reuse" help:"that key_reuse may say; absent: any"`
	Most  Fact[spec.Duration] `toml:"most_reuse"`
}

// Retry is how a library asks again.
type Retry struct {
	Basis
	Attempts Fact[int]           `toml:"attempts" help:"in all"`
	Backoff  Fact[spec.Duration] `toml:"backoff"`
	Rate     Fact[float64]       `toml:"rate"`
	Cap      Fact[spec.Duration] `toml:"cap"`
}

// Queue is a queue with a poller.
type Queue struct {
	Basis
	Send             string                       `toml:"send" default:"send" help:"op"`
	Receive          string                       `toml:"receive" default:"receive" help:"op"`
	Delete           string                       `toml:"delete" default:"delete" help:"op"`
	Batch            Fact[int]                    `toml:"batch" help:"default"`
	MostBatch        Fact[int]                    `toml:"most_batch"`
	MostUnwindowed   Fact[int]                    `toml:"most_unwindowed" help:"largest batch without a window"`
	Window           Fact[spec.Duration]          `toml:"window" help:"default"`
	MostWindow       Fact[spec.Duration]          `toml:"most_window"`
	Bytes            Fact[spec.Size]              `toml:"bytes" help:"of a batch, at most"`
	Visibility       Fact[spec.Duration]          `toml:"visibility" help:"default"`
	MostVisibility   Fact[spec.Duration]          `toml:"most_visibility"`
	AboveTimeout     Fact[bool]                   `toml:"above_timeout" help:"a visibility below the function's timeout is refused"`
	Receives         Fact[int]                    `toml:"receives" help:"default; 0: any number"`
	MostReceives     Fact[int]                    `toml:"most_receives"`
	MostDelay        Fact[spec.Duration]          `toml:"most_delay"`
	Duplicates       Fact[float64]                `toml:"duplicates" help:"part of deliveries that happens twice"`
	Latency          Fact[workloads.Distribution] `toml:"latency" help:"from the send to the receipt by an idle poller"`
	Backoff          Fact[[]spec.Duration]        `toml:"backoff" help:"between polls of an empty queue; absent: long polls"`
	Start            Fact[int]                    `toml:"start" help:"pollers at first"`
	Grow             Fact[int]                    `toml:"grow" help:"pollers more a minute"`
	MostPollers      Fact[int]                    `toml:"most_pollers"`
	LeastConcurrency Fact[int]                    `toml:"least_concurrency" help:"of concurrency"`
	MostConcurrency  Fact[int]                    `toml:"most_concurrency"`
	Poll             Fact[spec.Duration]          `toml:"poll" help:"how long an empty receive waits"`
	Each             Fact[int]                    `toml:"each" help:"concurrent batches of a poller"`
	Provisioned      string                       `toml:"provisioned" help:"tariff/meter of its pollers' time, which are kept ready; absent: they are not billed"`
	Pushed           bool                         `toml:"pushed" help:"it delivers by itself: no polls"`
	Moves            bool                         `toml:"moves" help:"it moves what is dead by itself: no send is billed"`
	FIFO             bool                         `toml:"fifo" help:"messages of a key stay in order"`
	PerReceive       Fact[int]                    `toml:"per_receive" help:"messages of one receive, at most; absent: any number"`
	PerDelete        Fact[int]                    `toml:"per_delete" help:"messages of one delete, at most; absent: one"`
	Refill           Fact[int]                    `toml:"refill" help:"deliveries under way of a poller above which it does not poll; absent: any"`
	Again            *Backoff                     `toml:"again" help:"how long what failed is hidden; absent: until its visibility is over"`
}

// Backoff is how long is waited after each failure: first, then rate times as long each
// time, up to cap.
type Backoff struct {
	Basis
	First Fact[spec.Duration] `toml:"first"`
	Rate  Fact[float64]       `toml:"rate" help:"absent: 2"`
	Cap   Fact[spec.Duration] `toml:"cap" help:"absent: any"`
}

// Stream is records in order by shard.
type Stream struct {
	Basis
	Put            string                       `toml:"put" default:"put" help:"op"`
	Get            string                       `toml:"get" default:"get" help:"op"`
	Batch          Fact[int]                    `toml:"batch" help:"default"`
	MostBatch      Fact[int]                    `toml:"most_batch"`
	Window         Fact[spec.Duration]          `toml:"window" help:"default"`
	MostWindow     Fact[spec.Duration]          `toml:"most_window"`
	Bytes          Fact[spec.Size]              `toml:"bytes" help:"of a batch, at most"`
	MostParallel   Fact[int]                    `toml:"most_parallel"`
	LeastRetention Fact[spec.Duration]          `toml:"least_retention"`
	MostRetention  Fact[spec.Duration]          `toml:"most_retention"`
	Poll           Fact[spec.Duration]          `toml:"poll" help:"between two looks at a shard"`
	Latency        Fact[workloads.Distribution] `toml:"latency" help:"from a look to what it starts"`
	In             Fact[spec.Rate]              `toml:"in" help:"records of a shard"`
	InBytes        Fact[spec.Bandwidth]         `toml:"in_bytes"`
	OutBytes       Fact[spec.Bandwidth]         `toml:"out_bytes"`
	Reads          Fact[spec.Rate]              `toml:"reads" help:"of a shard"`
	Backoff        *Backoff                     `toml:"backoff" help:"between tries of a batch that failed; absent: none"`
	OnDemand       Fact[int]                    `toml:"on_demand" help:"shards that one that grows with its load begins with; absent: as the file says"`
	Pipe           string                       `toml:"pipe" help:"service of pipes, whose first op is asked once a batch; absent: it has none"`
	Kept           []Kept                       `toml:"kept" help:"what is billed by the bytes that it keeps, and for how long"`
}

// Kept is a part of the time for which a stream keeps its records that is billed by their bytes.
type Kept struct {
	Basis
	After spec.Duration `toml:"after" required:"true" help:"from this age on"`
	Upto  spec.Duration `toml:"upto" help:"absent: as long as it keeps them"`
	Meter string        `toml:"meter" required:"true"`
}

// Bus is events through rules.
type Bus struct {
	Basis
	Put        string                       `toml:"put" default:"put" help:"op"`
	Retries    Fact[int]                    `toml:"retries"`
	MaxAge     Fact[spec.Duration]          `toml:"max_age"`
	First      Fact[spec.Duration]          `toml:"first" help:"backoff"`
	Cap        Fact[spec.Duration]          `toml:"cap" help:"of the backoff"`
	Duplicates Fact[float64]                `toml:"duplicates"`
	Latency    Fact[workloads.Distribution] `toml:"latency" help:"from the put to what it starts"`
	Async      string                       `toml:"async" help:"service by whose rules a function of the same provider is tried again that it has called; absent: it waits for the answer, and delivers again"`
}

// Async is a call that nobody waits for.
type Async struct {
	Basis
	Retries     Fact[int]                    `toml:"retries" help:"after errors"`
	MostRetries Fact[int]                    `toml:"most_retries"`
	After       Fact[[]spec.Duration]        `toml:"after" help:"between tries that failed; the last is repeated"`
	First       Fact[spec.Duration]          `toml:"first" help:"backoff after throttles"`
	Cap         Fact[spec.Duration]          `toml:"cap" help:"of that"`
	MaxAge      Fact[spec.Duration]          `toml:"max_age" help:"default"`
	MostAge     Fact[spec.Duration]          `toml:"most_age"`
	Duplicates  Fact[float64]                `toml:"duplicates"`
	Latency     Fact[workloads.Distribution] `toml:"latency"`
}

// Gateway takes requests whose callers wait. Its first op is asked by each.
type Gateway struct {
	Basis
	Timeout     Fact[spec.Duration] `toml:"timeout" help:"default"`
	MostTimeout Fact[spec.Duration] `toml:"most_timeout"`
	MostCache   Fact[spec.Duration] `toml:"most_cache" help:"of an authoriser's answers"`
}

// Schedule starts at fixed times.
type Schedule struct {
	Basis
	Meter   string                       `toml:"meter" help:"of starts"`
	Async   string                       `toml:"async" help:"service by whose rules a function that it calls is tried again; absent: it is not"`
	Latency Fact[workloads.Distribution] `toml:"latency"`
}

// Object is how a written object starts something.
type Object struct {
	Basis
	Op         string                       `toml:"op" default:"write" help:"that writes it"`
	Async      string                       `toml:"async" help:"service by whose rules a function that it calls is tried again; absent: it is not"`
	Latency    Fact[workloads.Distribution] `toml:"latency" help:"from the write to the start"`
	Duplicates Fact[float64]                `toml:"duplicates"`
}

// Op returns the index of an op; −1: it has none of that name.
func (s *Service) Op(name string) int {
	for i := range s.Ops {
		if s.Ops[i].Name == name {
			return i
		}
	}
	return -1
}

// OpNames lists its ops.
func (s *Service) OpNames() []string {
	names := make([]string, len(s.Ops))
	for i := range s.Ops {
		names[i] = s.Ops[i].Name
	}
	return names
}

// Counts is the unit of what the meter counts.
func (h *Held) Counts() string {
	switch {
	case h.Unit != "":
		return h.Unit
	case h.What == "stored":
		return "byte-s"
	}
	return "ns"
}
