package policies

// Measures is what an autoscaler has to be told by the instances' servers, beyond
// their requests. Where nobody tells it, it sees nothing, and would let one
// instance do everything.
type Measures struct {
	CPU bool // the part of their CPU that is in use: sim.LoadServer
	KV  bool // the KV blocks that requests hold: sim.GaugeServer of an engine
}

// Measuring is a scaling policy that has no other targets than such.
type Measuring interface{ Measures() Measures }

// Measures of a Kubernetes autoscaler without a target of requests are of CPU.
func (p HPA) Measures() Measures { return Measures{CPU: p.CPU > 0 && p.Requests == 0} }

// Measures of AIBrix's autoscaler are what its metric says.
func (p AIBrixAPA) Measures() Measures { return Measures{KV: p.Metric == "kv"} }

// Measures of llm-d's rule are of engines.
func (LLMDSaturation) Measures() Measures { return Measures{KV: true} }

// Measures of target tracking are what its metric says.
func (p TargetTracking) Measures() Measures { return Measures{CPU: p.Metric == "cpu"} }
