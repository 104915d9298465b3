package imports

import (
	"fmt"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// stateTypes are the types of states, in the order of the specification.
var stateTypes = []string{"Task", "Parallel", "Map", "Pass", "Wait", "Choice", "Succeed", "Fail"}

// fill reads a state into its step.
func (g *scope) fill(name string, s *step) error {
	n := s.node
	kind := n.get("Type")
	if kind == nil {
		return n.errorf("state %s: Type is missing, want one of %s", spec.Quote(name), strings.Join(stateTypes, ", "))
	}
	s.kind = kind.str()
	s.from = g.d.at(n) + ": " + s.kind
	known := false
	for _, t := range stateTypes {
		known = known || t == s.kind
	}
	if !known {
		return kind.errorf("state %s: %s", spec.Quote(name), spec.Unknown("Type", s.kind, stateTypes))
	}
	g.flow.kinds[s.kind]++
	var err error
	switch s.kind {
	case "Task":
		err = g.task(name, s)
	case "Parallel":
		err = g.parallel(name, s)
	case "Map":
		err = g.mapped(name, s)
	case "Pass":
		s.fields = append(s.fields, is("pass", yes()))
	case "Wait":
		err = g.wait(name, s)
	case "Choice":
		return g.choose(name, s)
	case "Succeed", "Fail":
		s.ends = true
		s.fields = append(s.fields, is(strings.ToLower(s.kind), yes()))
		return nil
	}
	if err != nil {
		return err
	}
	if err := g.handlers(name, s); err != nil {
		return err
	}
	return g.follow(name, s)
}

// follow reads Next or End.
func (g *scope) follow(name string, s *step) (err error) {
	n := s.node
	next, ends := n.get("Next"), n.get("End")
	if ends != nil && ends.kind != boolean {
		return ends.errorf("state %s: End: found %s, want true or false", spec.Quote(name), ends.found())
	}
	switch {
	case next != nil && ends.yes():
		return next.errorf("state %s has Next and End, want one of them", spec.Quote(name))
	case next != nil:
		s.next, err = g.to(next, fmt.Sprintf("state %s: Next", spec.Quote(name)))
	case !ends.yes():
		return n.errorf("state %s has neither Next nor End, want one of them", spec.Quote(name))
	}
	return err
}

func (g *scope) wait(name string, s *step) error {
	n := s.node
	known := n.first("Seconds", "SecondsPath", "Timestamp", "TimestampPath")
	switch {
	case known == nil:
		return n.errorf("state %s: a Wait without Seconds, SecondsPath, Timestamp or TimestampPath", spec.Quote(name))
	case known == n.get("Seconds"):
		v, err := seconds(known, fmt.Sprintf("state %s: Seconds", spec.Quote(name)))
		if err != nil {
			return err
		}
		s.fields = append(s.fields, is("wait", v))
	default:
		s.fields = append(s.fields, is("wait", ask("how long it waits: until "+known.compact())))
	}
	return nil
}

// choose reads a Choice. How often each rule holds is in no definition.
func (g *scope) choose(name string, s *step) error {
	n := s.node
	rules := n.get("Choices")
	if err := n.need("Choices", list, "state "+spec.Quote(name)); err != nil {
		return err
	}
	if len(rules.items) == 0 {
		return rules.errorf("state %s: Choices is empty, want at least one rule", spec.Quote(name))
	}
	for _, rule := range rules.items {
		if err := rule.want(table, fmt.Sprintf("state %s: a rule", spec.Quote(name))); err != nil {
			return err
		}
		if rule.get("Next") == nil {
			return rule.errorf("state %s: a rule without Next", spec.Quote(name))
		}
		next, err := g.to(rule.get("Next"), fmt.Sprintf("state %s: Next of a rule", spec.Quote(name)))
		if err != nil {
			return err
		}
		s.choices = append(s.choices, choice{when: condition(rule), next: next})
	}
	if other := n.get("Default"); other != nil {
		next, err := g.to(other, fmt.Sprintf("state %s: Default", spec.Quote(name)))
		if err != nil {
			return err
		}
		s.choices = append(s.choices, choice{otherwise: true, next: next})
		return nil
	}
	last := &s.choices[len(s.choices)-1]
	last.otherwise = true
	g.d.lose(n, "state %s has no Default: the last rule takes what the others leave; States.NoChoiceMatched does not happen", spec.Quote(name))
	return nil
}

// condition writes a rule as a reader would.
func condition(rule *node) string {
	switch {
	case rule == nil:
		return ""
	case rule.get("Condition") != nil:
		return jsonata(rule.get("Condition").str())
	case rule.get("Not") != nil:
		return "not (" + condition(rule.get("Not")) + ")"
	case rule.get("And") != nil:
		return joined(rule.get("And"), " and ")
	case rule.get("Or") != nil:
		return joined(rule.get("Or"), " or ")
	}
	if rule.kind != table {
		return rule.compact()
	}
	var b strings.Builder
	b.WriteString(rule.get("Variable").str())
	for _, key := range rule.keys {
		if key != "Variable" && key != "Next" && key != "Comment" && key != "Assign" && key != "Output" {
			b.WriteString(" " + key + " " + rule.under[key].compact())
		}
	}
	return b.String()
}

func joined(rules *node, word string) string {
	var parts []string
	for _, r := range rules.each() {
		if len(parts) >= 20 { // the text is cut anyway
			break
		}
		c := condition(r)
		if r.get("And") != nil || r.get("Or") != nil {
			c = "(" + c + ")"
		}
		parts = append(parts, c)
	}
	return strings.Join(parts, word)
}

func (g *scope) parallel(name string, s *step) error {
	branches := s.node.get("Branches")
	if err := s.node.need("Branches", list, "state "+spec.Quote(name)); err != nil {
		return err
	}
	if len(branches.items) == 0 {
		return branches.errorf("state %s: Branches is empty, want at least one", spec.Quote(name))
	}
	all := listOf()
	for _, b := range branches.items {
		steps, err := g.scope(b)
		if err != nil {
			return err
		}
		s.branches = append(s.branches, steps)
		all.items = append(all.items, names(steps))
	}
	s.fields = append(s.fields, is("parallel", all))
	return nil
}

func (g *scope) mapped(name string, s *step) error {
	n := s.node
	body := n.first("ItemProcessor", "Iterator")
	if body == nil {
		return n.errorf("state %s: a Map without ItemProcessor", spec.Quote(name))
	}
	if err := body.want(table, fmt.Sprintf("state %s: ItemProcessor", spec.Quote(name))); err != nil {
		return err
	}
	steps, err := g.scope(body)
	if err != nil {
		return err
	}
	s.branches = append(s.branches, steps)
	v := tableOf(is("items", g.items(name, s)), is("steps", names(steps)))
	if c := n.get("MaxConcurrency"); c != nil && !expression(c.str()) {
		f, ok := c.num()
		if !ok || f < 0 || f != float64(int(f)) {
			return c.errorf("state %s: MaxConcurrency: found %s, want a whole number", spec.Quote(name), c.found())
		}
		if f > 0 {
			v.add("concurrency", g.d.bounded(c, fmt.Sprintf("state %s: MaxConcurrency", spec.Quote(name)), f, mostChildren))
		}
	} else if c := n.first("MaxConcurrency", "MaxConcurrencyPath"); c != nil {
		v.add("concurrency", ask("how many items at a time: "+c.compact()))
	}
	config := body.get("ProcessorConfig")
	switch mode := config.get("Mode").str(); mode {
	case "", "INLINE":
	case "DISTRIBUTED":
		v.add("mode", str("distributed"))
		switch kind := config.get("ExecutionType").str(); kind {
		case "STANDARD", "EXPRESS":
			v.add("engine", str(strings.ToLower(kind)))
		case "":
			return config.errorf("state %s: a distributed Map without ExecutionType, want STANDARD or EXPRESS", spec.Quote(name))
		default:
			return config.get("ExecutionType").errorf("state %s: ExecutionType: %s", spec.Quote(name), spec.Unknown("type", kind, []string{"STANDARD", "EXPRESS"}))
		}
	default:
		return config.get("Mode").errorf("state %s: Mode: %s", spec.Quote(name), spec.Unknown("mode", mode, []string{"INLINE", "DISTRIBUTED"}))
	}
	if err := g.batches(name, n, &v); err != nil {
		return err
	}
	s.fields = append(s.fields, is("map", v))
	return nil
}

// items is how many items a map has.
func (g *scope) items(name string, s *step) value {
	n := s.node
	if reader := n.get("ItemReader"); reader != nil {
		action, _ := lastPart(reader.get("Resource").str())
		args := reader.first("Parameters", "Arguments")
		bucket := g.refer(args.first("Bucket", "Bucket.$"))
		if bucket.name == "" || bucket.dynamic {
			bucket.name = s.name + "-items"
		}
		op := "read"
		if strings.HasPrefix(action, "list") {
			op = "list"
		}
		store := g.d.store(bucket.name, "s3", reader)
		return tableOf(is("store", str(store.name)), is("op", str(op)), is("count", ask("how many items the reader finds"+path(n)+atMost(reader.get("ReaderConfig")))))
	}
	if items := n.get("Items"); items.is(list) {
		s.items = len(items.items)
		return whole(s.items)
	}
	return ask("how many items" + path(n))
}

// atMost is what a reader reads at most.
func atMost(config *node) string {
	if m := config.first("MaxItems", "MaxItemsPath"); m != nil {
		return ", at most " + m.compact()
	}
	return ""
}

func path(n *node) string {
	if p := n.first("ItemsPath", "Items"); p != nil {
		return ": " + p.compact()
	}
	return ""
}

// batches reads what a distributed map says beside its items.
func (g *scope) batches(name string, n *node, v *value) error {
	if b := n.get("ItemBatcher"); b != nil {
		if v.field("mode") == nil {
			return b.errorf("state %s: ItemBatcher beside Mode INLINE, want DISTRIBUTED", spec.Quote(name))
		}
		switch most := b.first("MaxItemsPerBatch", "MaxItemsPerBatchPath"); {
		case most == nil:
		case most.kind == number:
			f, _ := most.num()
			if f < 1 || f != float64(int(f)) {
				return most.errorf("state %s: MaxItemsPerBatch: found %s, want a whole number, 1 or more", spec.Quote(name), most.found())
			}
			v.add("batch", g.d.bounded(most, fmt.Sprintf("state %s: MaxItemsPerBatch", spec.Quote(name)), f, mostItems))
		default:
			v.add("batch", ask("items of a batch: "+most.compact()))
		}
		if bytes := b.first("MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"); bytes != nil {
			g.d.lose(bytes, "state %s: MaxInputBytesPerBatch: batches go by their number of items", spec.Quote(name))
		}
	}
	if t := n.get("ToleratedFailurePercentage"); t != nil && t.kind == number {
		f, _ := t.num()
		if f < 0 || f > 100 {
			return t.errorf("state %s: ToleratedFailurePercentage: found %s, want 0 to 100", spec.Quote(name), t.found())
		}
		v.add("tolerate", num(f/100))
	} else if t := n.first("ToleratedFailurePercentage", "ToleratedFailurePercentagePath"); t != nil {
		v.add("tolerate", ask("part of children that may fail: "+t.compact()))
	}
	if c := n.first("ToleratedFailureCount", "ToleratedFailureCountPath"); c != nil {
		g.d.lose(c, "state %s: ToleratedFailureCount: give tolerate as a part of the children", spec.Quote(name))
	}
	if w := n.get("ResultWriter"); w != nil {
		g.d.lose(w, "state %s: ResultWriter: what is written to the bucket is not counted", spec.Quote(name))
	}
	return nil
}
