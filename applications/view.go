package applications

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/workloads"
)

// View is what an application consists of and what leads to what, with quantities as its
// file writes them: for who draws or lists it. What is still to be filled in is "?".
type View struct {
	Title     string
	Triggers  []TriggerView
	Functions []FunctionView
	Stores    []StoreView
	Flows     []FlowView
}

// Sort is what kind of thing messages go through or calls reach.
type Sort string

// The sorts of triggers and stores.
const (
	DirectSort   Sort = "direct"
	HTTPSort     Sort = "http"
	QueueSort    Sort = "queue"
	StreamSort   Sort = "stream"
	ScheduleSort Sort = "schedule"
	ObjectSort   Sort = "object"
	BusSort      Sort = "bus"
	AsyncSort    Sort = "async"
	StoreSort    Sort = "store"
)

// TriggerView is a trigger.
type TriggerView struct {
	Name    string
	Sort    Sort
	Service string // as people call it; "": none
	Region  string
	Start   string // a flow or a function
	Details []string
	Source  string // the store whose objects start it
	Dead    []DeadView
	Calls   []CallView
}

// DeadView is where what was given up goes.
type DeadView struct {
	To    string
	After string // what; "": whatever its service says
}

// FunctionView is a function or model.
type FunctionView struct {
	Name, Platform, Memory string
	Model                  bool
	Calls                  []CallView
}

// StoreView is a service that is called.
type StoreView struct {
	Name    string
	Sort    Sort // StoreSort, QueueSort, StreamSort or BusSort
	Service string
	Region  string
	Calls   []CallView // what stands behind it, whose keys it uses
	Feeds   string     // the trigger at which what is written to it arrives; "": none
}

// CallView is what somebody asks of another.
type CallView struct {
	To    string
	How   string // use, call or send
	Label string
}

// FlowView is a flow: its own list of steps first, then one a branch and one a map.
type FlowView struct {
	Name, Engine, Region string
	Lists                [][]int // places in Steps
	Steps                []StepView
}

// StepView is a step.
type StepView struct {
	Name     string
	Kind     string // call, route, parallel, map, choice, wait, send, use, pass, succeed, fail
	List     int    // that it is in
	Call     string // the function or flow of a call
	Async    bool
	To       []string // functions of a route
	Details  []string
	Calls    []CallView
	Next     []NextView // what follows; of a choice, each case
	Catches  []NextView
	Retry    string // how often; "": never
	Branches []int  // lists of a parallel, or the one of a map
}

// NextView is what follows under a condition.
type NextView struct {
	Step  int // NoStep: the end of the list
	Label string
}

// NoStep is the end of a list.
const NoStep = none

// View returns what the application consists of.
func (a *Application) View() *View {
	v := &View{Title: a.Title}
	for i := range a.file.Triggers {
		v.Triggers = append(v.Triggers, a.triggerView(i))
	}
	for i := range a.file.Functions {
		f := &a.file.Functions[i]
		at := a.at("function", i)
		x := FunctionView{Name: f.Name, Platform: f.Platform, Memory: text(at.Get("memory")), Model: at.Get("tokens") != nil, Calls: a.useViews(f.Uses, at.Get("use"))}
		if f.State != nil && f.State.Store != "" {
			x.Calls = append(x.Calls, CallView{f.State.Store, "use", "state"})
		}
		v.Functions = append(v.Functions, x)
	}
	for i := range a.file.Stores {
		s := &a.file.Stores[i]
		x := StoreView{Name: s.Name, Sort: StoreSort, Service: a.title(s.Service), Region: s.Region, Feeds: s.Feeds}
		if known, err := a.catalog.Service(s.Service); err == nil {
			switch {
			case known.Queue != nil:
				x.Sort = QueueSort
			case known.Stream != nil:
				x.Sort = StreamSort
			case known.Bus != nil:
				x.Sort = BusSort
			}
		}
		if s.Behind != "" {
			label := "misses"
			if hit := a.at("store", i).Get("hit_rate"); s.HitRate != nil && text(hit) != hole {
				label += " " + percent(1-*s.HitRate)
			}
			x.Calls = append(x.Calls, CallView{s.Behind, "use", label})
		}
		if s.Encrypt != "" {
			x.Calls = append(x.Calls, CallView{s.Encrypt, "use", "keys"})
		}
		v.Stores = append(v.Stores, x)
	}
	for i := range a.file.Flows {
		v.Flows = append(v.Flows, a.flowView(i))
	}
	return v
}

// title is what people call a service: its catalogue's title without the variant.
func (a *Application) title(service string) string {
	if service == "none" {
		return ""
	}
	if known, err := a.catalog.Service(service); err == nil {
		product, _, _ := strings.Cut(known.Title, ",")
		return withoutMaker(product)
	}
	return service
}

// withoutMaker is a product's name without that of its maker, where nobody needs it.
func withoutMaker(product string) string {
	return strings.TrimPrefix(strings.TrimPrefix(product, "Amazon "), "AWS ")
}

// text is a value as the file writes it; "" of what is absent or a table.
func text(n *spec.Node) string {
	if n == nil || n.Value() == nil {
		return ""
	}
	if s, ok := n.Value().(string); ok {
		return s
	}
	return fmt.Sprint(n.Value())
}

// percent is a part in per cent, to three digits.
func percent(part float64) string {
	v, err := strconv.ParseFloat(strconv.FormatFloat(part*100, 'g', 3, 64), 64)
	if err != nil {
		v = part * 100
	}
	return strconv.FormatFloat(v, 'f', -1, 64) + " %"
}

// withText appends a text to others, if there is one.
func withText(list []string, format, value string) []string {
	if value == "" {
		return list
	}
	return append(list, fmt.Sprintf(format, value))
}

func (a *Application) triggerView(i int) TriggerView {
	t := &a.file.Triggers[i]
	at := a.at("trigger", i)
	v := TriggerView{Name: t.Name, Start: t.Start, Region: t.Region, Sort: DirectSort, Details: withText(nil, "%s", text(at.Get("arrivals", "rate")))}
	switch {
	case t.HTTP != nil:
		v.Sort, v.Service = HTTPSort, a.title(t.HTTP.Service)
		if t.HTTP.DNS != nil {
			v.Calls = a.useViews([]useSpec{*t.HTTP.DNS}, nil)
		}
		if auth := t.HTTP.Auth; auth != nil {
			label := "authorise"
			if auth.Cache > 0 {
				label += ", kept " + auth.Cache.String()
			}
			v.Calls = append(v.Calls, CallView{auth.Call, a.how(auth.Call), label})
		}
	case t.Queue != nil:
		q := t.Queue
		v.Sort, v.Service, v.Region = QueueSort, a.title(q.Service), cmp.Or(q.Region, v.Region)
		v.Details = withText(v.Details, "batches of %s", text(at.Get("queue", "batch")))
		after := ""
		if q.Receives > 0 {
			after = fmt.Sprintf("after %d", q.Receives)
		}
		v.dead(q.Dead, after)
		v.keys(q.Encrypt)
	case t.Stream != nil:
		s := t.Stream
		v.Sort, v.Service, v.Region = StreamSort, a.title(s.Service), cmp.Or(s.Region, v.Region)
		if s.OnDemand {
			v.Details = append(v.Details, "on demand")
		} else {
			v.Details = append(v.Details, plural(s.Shards, "shard"))
		}
		v.Details = withText(v.Details, "%s", s.Via)
		v.Details = withText(v.Details, "batches of %s", text(at.Get("stream", "batch")))
		v.dead(s.Dead, afterTries(s.Retries, s.MaxAge))
		v.keys(s.Encrypt)
	case t.Schedule != nil:
		v.Sort, v.Service = ScheduleSort, a.title(t.Schedule.Service)
		v.Details = withText(v.Details, "every %s", text(at.Get("schedule", "every")))
	case t.Object != nil:
		v.Sort, v.Source = ObjectSort, t.Object.Store
	case t.Bus != nil:
		b := t.Bus
		v.Sort, v.Service, v.Region = BusSort, a.title(b.Service), cmp.Or(b.Region, v.Region)
		v.Details = withText(v.Details, "%s", b.Filter)
		if b.Match < 1 {
			v.Details = append(v.Details, percent(b.Match)+" pass")
		}
		v.dead(b.Dead, "")
		v.keys(b.Encrypt)
	case t.Async != nil:
		v.Sort, v.Service = AsyncSort, a.title(t.Async.Service)
	}
	if t.Async != nil { // beside a bus, a schedule or objects too: of the function that these call
		v.dead(t.Async.Dead, afterTries(t.Async.Retries, t.Async.MaxAge))
	}
	return v
}

// dead adds where what was given up goes.
// keys draws what it asks for its data keys.
func (v *TriggerView) keys(store string) {
	if store != "" {
		v.Calls = append(v.Calls, CallView{store, "use", "keys"})
	}
}

func (v *TriggerView) dead(to, after string) {
	if to != "" {
		v.Dead = append(v.Dead, DeadView{to, after})
	}
}

// afterTries says what is given up: after how many tries, or at which age.
func afterTries(retries int, age spec.Duration) string {
	switch {
	case retries >= 0:
		return "after " + plural(retries+1, "try")
	case age > 0:
		return "after " + age.String()
	}
	return ""
}

// plural counts things.
func plural(n int, what string) string {
	switch {
	case n == 1:
		return "1 " + what
	case strings.HasSuffix(what, "y"):
		return strconv.Itoa(n) + " " + strings.TrimSuffix(what, "y") + "ies"
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// how is in which way something is called: a store is used.
func (a *Application) how(name string) string {
	if a.names[name].class == storeClass {
		return "use"
	}
	return "call"
}

// useViews are the calls of a function or step: those of one target in one.
func (a *Application) useViews(uses []useSpec, at *spec.Node) (list []CallView) {
	for i := range uses {
		u := &uses[i]
		where := at.Get(strconv.Itoa(i))
		v := CallView{To: cmp.Or(u.Store, u.Call, u.Send), How: "use"}
		switch {
		case u.Call != "":
			v.How = "call"
		case u.Send != "":
			v.How = "send"
		default:
			v.Label = u.Op
			if x, ok := a.names[u.Store]; ok && x.class == storeClass && u.Op == "" {
				v.Label = a.opOf(&a.file.Stores[x.index], "")
			}
		}
		if u.Count != 1 && text(where.Get("count")) != hole {
			v.Label += " ×" + digits(u.Count)
		}
		if u.Per == "record" {
			v.Label += " per record"
		}
		if text(where.Get("probability")) == hole {
			v.Label += " ?"
		} else if u.Probability != 1 {
			v.Label += " " + percent(u.Probability)
		}
		v.Label = strings.TrimSpace(v.Label)
		k := slices.IndexFunc(list, func(w CallView) bool { return w.To == v.To && w.How == v.How })
		switch {
		case k < 0:
			list = append(list, v)
		case v.Label != "" && v.Label != list[k].Label:
			list[k].Label = strings.TrimPrefix(list[k].Label+", "+v.Label, ", ")
		}
	}
	return list
}

func (a *Application) flowView(i int) FlowView {
	s, f := &a.file.Flows[i], &a.flows[i]
	v := FlowView{Name: s.Name, Region: s.Engine.Region}
	if preset := s.Engine.Preset; preset != "none" {
		v.Engine = preset
		if known, err := a.catalog.Engine(preset); err == nil {
			v.Engine = withoutMaker(known.Title)
		}
	}
	for _, l := range f.lists {
		v.Lists = append(v.Lists, slices.Clone(l.steps))
	}
	for k := range s.Steps {
		v.Steps = append(v.Steps, a.stepView(s, f, k))
	}
	return v
}

func (a *Application) stepView(s *flowSpec, f *flow, k int) StepView {
	x, to, at := &s.Steps[k], &f.steps[k], f.stepAt(k)
	v := StepView{Name: x.Name, Kind: kindNames[to.kind], List: f.of[k], Call: x.Call, Async: x.Async, Branches: slices.Clone(to.branches)}
	switch to.kind {
	case routeKind:
		if r := x.Route; r != nil {
			v.To = slices.Clone(r.To)
			v.Details = append(v.Details, "route by "+r.By)
			if r.Cache != nil {
				v.Details = append(v.Details, "cache answers "+percent(r.Cache.HitRate))
				if r.Cache.Lookup != nil {
					v.Calls = a.useViews([]useSpec{*r.Cache.Lookup}, nil)
				}
			}
		}
	case mapKind:
		if m := x.Map; m != nil {
			v.Details = append(v.Details, mapDetail(m, at.Get("map", "items")))
			if m.Items.Read != nil {
				v.Calls = a.useViews([]useSpec{*m.Items.Read}, nil)
			}
		}
	case waitKind:
		v.Details = withText(v.Details, "%s", text(at.Get("wait")))
	case sendKind:
		if x.Send != nil {
			v.Calls = []CallView{{x.Send.To, "send", ""}}
			if x.Send.Count != 1 {
				v.Calls[0].Label = "×" + digits(x.Send.Count)
			}
			v.Details = withText(v.Details, "%s", text(at.Get("send", "size")))
		}
	case useKind:
		v.Calls = a.useViews(x.Use, at.Get("use"))
	}
	if x.Callback != nil {
		v.Details = append(v.Details, "waits for an answer")
	}
	if to.kind == choiceKind {
		v.Next = cases(x.Choice, to.cases, at)
	} else if to.kind != succeedKind && to.kind != failKind {
		v.Next = []NextView{{to.next, ""}}
	}
	for i, c := range x.Catch {
		v.Catches = append(v.Catches, NextView{to.catches[i], strings.Join(c.On, ", ")})
	}
	tries := 0
	for _, r := range x.Retry {
		tries += r.Attempts
	}
	if tries > 0 {
		v.Retry = fmt.Sprintf("%d×", tries)
	}
	return v
}

// mapDetail says how many items a map has.
func mapDetail(m *mapSpec, at *spec.Node) string {
	s := "map"
	if m.Mode == "distributed" {
		s = "distributed map"
	}
	if n := text(at); n != "" {
		s += " × " + n
	} else if m.Items.Counter != nil {
		if mean := m.Items.Mean(); !math.IsInf(mean, 0) && !math.IsNaN(mean) {
			s += " × " + about(m.Items.Counter) + digits(mean)
		}
	}
	if m.Concurrency > 0 {
		s += fmt.Sprintf(", %d at a time", m.Concurrency)
	}
	return s
}

// cases are what a choice leads to: the last has what the others leave.
func cases(list []choiceSpec, to []int, at *spec.Node) (out []NextView) {
	rest, known := 1.0, true
	for i := range list {
		c := &list[i]
		where := item(at, "choice", i)
		var parts []string
		parts = withText(parts, "%s", c.When)
		switch {
		case text(where.Get("probability")) == hole:
			parts, known = append(parts, hole), false
		case where.Get("probability") != nil:
			parts = append(parts, percent(c.Probability))
			rest -= c.Probability
		case c.SizeAbove > 0:
			parts, known = append(parts, "over "+text(where.Get("size_above"))), false
		case c.Attempt > 0:
			parts, known = append(parts, fmt.Sprintf("after %d returns", c.Attempt)), false
		case known && len(list) > 1:
			parts = append(parts, percent(max(0, rest)))
		case len(list) > 1:
			parts = append(parts, "else")
		}
		out = append(out, NextView{to[i], strings.Join(parts, " · ")})
	}
	return out
}

// digits writes a number with four digits that count, without an exponent.
func digits(v float64) string {
	v, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 4, 64), 64)
	if err != nil {
		return ""
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// about is the sign of a number that is not always the same.
func about(c workloads.Counter) string {
	if least, most := c.Range(); least == most {
		return ""
	}
	return "≈"
}
