package draw

// Diagram is what is drawn. The order of its nodes and edges is that in which they are
// placed where nothing else decides.
type Diagram struct {
	Title  string
	Shade  string  // what Node.Weight is a share of: "time" or "cost"; for the legend
	Width  float64 // that the drawing should not exceed, in CSS pixels; 0: 380, a telephone's
	Nodes  []Node
	Edges  []Edge
	Groups []Group
}

// Node is a box.
type Node struct {
	ID       string // unique among nodes and groups
	Label    string
	Sub      string // second line: platform, memory, service
	Value    string // third line, of a run: p50 and USD
	Kind     Kind
	Group    string  // ID of the innermost group that it is in; "": none
	Weight   float64 // 0 to 1: how strong its colour is
	Critical bool    // on the critical path
}

// Edge is an arrow. Its ends are nodes or groups.
type Edge struct {
	From, To string
	Label    string // a probability, a condition
	Kind     EdgeKind
}

// Group is a frame round nodes and other groups: a flow, a branch, a map, a region.
type Group struct {
	ID, Label string
	Sub       string // after the label: the orchestrator, how many items
	Parent    string // ID of the group that it is in; "": none
	Critical  bool
}

// Kind is what a node is; it decides about shape and colour.
type Kind int

// The kinds.
const (
	Function Kind = iota
	Model
	Trigger
	Queue
	Stream
	Store
	Choice
	Route
	Parallel
	Map
	Wait
	Pass
	Service // a step that calls services itself
	Send
	Succeed
	Fail
	End
)

// EdgeKind is what an edge means; it decides about the line.
type EdgeKind int

// The kinds of edges.
const (
	Next  EdgeKind = iota // what follows
	Call                  // waits for the answer
	Use                   // of a service
	Sends                 // a message that nobody waits for
	Catch                 // after a failure
	Dead                  // what was given up
	Retry                 // again
)

// outline is the form of a box.
type outline int

const (
	rounded outline = iota
	plain
	pill
	cut
	pipe
	arrow
	drum
	hexagon
	stack
	dot
	doubled
)

// kindStyle is how a kind looks; colours are those of its border on light and dark paper.
type kindStyle struct {
	name        string // in the legend
	class       string
	outline     outline
	light, dark string
}

// kindStyles are by Kind. The colours are darker and lighter relatives of those of Okabe
// and Ito that the plots have.
func kindStyles() []kindStyle {
	return []kindStyle{
		Function: {"function", "fn", rounded, "#0072b2", "#56b4e9"},
		Model:    {"model", "model", cut, "#a8457f", "#e39ac6"},
		Trigger:  {"trigger", "trigger", pill, "#a65e00", "#f0b040"},
		Queue:    {"queue", "queue", pipe, "#00775a", "#2fc79a"},
		Stream:   {"stream", "stream", arrow, "#4a7a00", "#a5c94a"},
		Store:    {"store or service", "store", drum, "#5b5fa8", "#a9adf0"},
		Choice:   {"choice", "choice", hexagon, "#806200", "#d9be4a"},
		Route:    {"route", "route", hexagon, "#0072b2", "#56b4e9"},
		Parallel: {"another flow", "parallel", doubled, "#555555", "#b5b5b5"},
		Map:      {"map", "map", stack, "#555555", "#b5b5b5"},
		Wait:     {"wait", "wait", pill, "#555555", "#b5b5b5"},
		Pass:     {"pass", "pass", plain, "#777777", "#a0a0a0"},
		Service:  {"service call", "service", plain, "#5b5fa8", "#a9adf0"},
		Send:     {"send", "send", arrow, "#00775a", "#2fc79a"},
		Succeed:  {"success", "succeed", pill, "#00694d", "#4fd0a7"},
		Fail:     {"failure", "fail", cut, "#a63d00", "#ff9a5c"},
		End:      {"end", "end", dot, "#555555", "#b5b5b5"},
	}
}

// edgeStyle is how an edge looks.
type edgeStyle struct {
	name        string
	class       string
	dash        string
	light, dark string
}

// edgeStyles are by EdgeKind.
func edgeStyles() []edgeStyle {
	return []edgeStyle{
		Next:  {"next", "next", "", "#555555", "#b5b5b5"},
		Call:  {"call", "call", "", "#0072b2", "#56b4e9"},
		Use:   {"uses", "use", "5 3", "#5b5fa8", "#a9adf0"},
		Sends: {"sends", "sends", "8 3", "#00775a", "#2fc79a"},
		Catch: {"on failure", "catch", "8 3 2 3", "#a63d00", "#ff9a5c"},
		Dead:  {"given up", "dead", "2 3", "#a63d00", "#ff9a5c"},
		Retry: {"again", "again", "", "#806200", "#d9be4a"},
	}
}

// known returns the kind, or Function where it is none.
func (k Kind) known() Kind {
	if k < 0 || k > End {
		return Function
	}
	return k
}

// known returns the kind, or Next where it is none.
func (k EdgeKind) known() EdgeKind {
	if k < 0 || k > Retry {
		return Next
	}
	return k
}
