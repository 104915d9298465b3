package results

import (
	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim"
)

// Nodes is what is known of the nodes of a cluster.
type Nodes struct {
	Time sim.Wide // ns × nodes that were there, within the window
}

var _ sim.NodeObserver = (*Recorder)(nil)

// Nodes adds times in which nodes were there, cut to the window.
func (r *Recorder) Nodes(batch []sim.NodeLife) {
	if r.nodes == nil {
		r.nodes = new(Nodes)
	}
	for i := range batch {
		r.nodes.Time.Add(r.config.Window.Clip(batch[i].From, batch[i].To))
	}
}

func (n *Nodes) merge(o *Nodes) *Nodes {
	switch {
	case o == nil:
		return n
	case n == nil:
		return o
	}
	n.Time.AddWide(o.Time)
	return n
}

// nodeMetrics are the columns of clusters.
var nodeMetrics = []Metric{
	ofNodes("nodes_mean", "nodes", "time average of nodes that are there", func(r *Replication) float64 {
		return r.Nodes.Time.Float() / float64(r.Window.Length())
	}),
	ofNodes("node_hours", "h", "time of nodes within the window, each from when it took instances until it left or failed; what is billed is rounded, and may begin with its order", func(r *Replication) float64 {
		return r.Nodes.Time.Float() / second / 3600
	}),
	counted(ofNodes("evictions", "instances", "instances that stopped in the window for the room of another", func(r *Replication) float64 {
		return float64(r.Lives.Stops[sim.Evicted])
	})),
	counted(ofNodes("failed_node", "requests", "of failed, those whose node failed, while they were served there or waited", func(r *Replication) float64 {
		return float64(r.Failures[sim.ByNode])
	})),
	coldShare("cold_first_use_ratio", sim.FirstUse, "whose deployment had no instance before"),
	coldShare("cold_burst_ratio", sim.Burst, "that needed more instances at a time than there had been"),
	coldShare("cold_expiry_ratio", sim.AfterExpiry, "in the place of an instance whose keep-alive was over"),
	coldShare("cold_eviction_ratio", sim.AfterEviction, "in the place of one that was evicted"),
	coldShare("cold_scale_in_ratio", sim.AfterScaleIn, "in the place of one that an autoscaler let go"),
	coldShare("cold_outage_ratio", sim.AfterOutage, "in the place of one that stopped with its node"),
	coldShare("cold_pause_ratio", sim.AfterPause, "on an instance that was paused or demoted"),
	whereInitsBreak(coldShare("cold_init_failure_ratio", sim.AfterInitFailure, "in the place of one whose initialisation failed")),
	counted(whereInitsBreak(Metric{Name: "failed_init", Unit: "requests", Rare: true, Help: "of failed, those that were bound to an initialisation which failed",
		value: func(r *Replication, _ *costmodel.Bill) float64 { return float64(r.Failures[sim.ByInit]) }})),
	counted(whereInitsBreak(Metric{Name: "init_failures", Unit: "instances", Rare: true, Help: "instances that stopped in the window since their initialisation had failed",
		value: func(r *Replication, _ *costmodel.Bill) float64 { return float64(r.Lives.Stops[sim.InitFailed]) }})),
}

// whereInitsBreak is a metric that is defined where a part of the initialisations fails.
func whereInitsBreak(m Metric) Metric {
	value := m.value
	m.value = func(r *Replication, b *costmodel.Bill) float64 {
		if !r.BreakingInits {
			return nan
		}
		return value(r, b)
	}
	return m
}

// ofNodes is a metric that is defined where there are nodes.
func ofNodes(name, unit, help string, f func(*Replication) float64) Metric {
	m := measure(name, unit, help, func(r *Replication) float64 {
		if r.Nodes == nil {
			return nan
		}
		return f(r)
	})
	m.Rare = true
	return m
}

func counted(m Metric) Metric {
	m.Count, m.Better = true, -1
	return m
}

// coldShare is the part of the cold starts that have a cause.
func coldShare(name string, cause sim.ColdCause, which string) Metric {
	return ofNodes(name, "1", "part of cold_starts "+which, func(r *Replication) float64 {
		return Ratio{r.Cold[cause], r.ColdStarts}.Float()
	})
}
