package imports

import (
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// batched are the entries of a call that does several things at once, and how many
// they are: as written, or what must be filled in where only the run knows them.
func batched(args *node, what string, keys ...string) (entries []*node, count value) {
	for _, key := range keys {
		if v := args.get(key); v.is(list) && len(v.items) > 0 {
			return v.items, whole(len(v.items))
		}
		if v := args.first(key, key+".$"); v != nil {
			return nil, ask(what + ": " + v.compact())
		}
	}
	return nil, ask(what)
}

// withCount adds a count that is not one.
func withCount(v value, count value) value {
	if count.raw != "1" {
		v.add("count", count)
	}
	return v
}

// events makes a step what a putEvents sends, to each bus that its entries name.
func (g *scope) events(s *step, args *node) error {
	entries, count := batched(args, "how many events it puts", "Entries")
	if entries == nil {
		return g.send(s, s.node, "eventbridge", parcel{g.busRef(nil), count})
	}
	var parcels []parcel
	places := map[string]int{}
	for _, e := range entries {
		to := g.busRef(e.first("EventBusName", "EventBusName.$"))
		k := to.name
		if to.dynamic {
			k = to.text
		}
		i, known := places[k]
		if !known {
			i = len(parcels)
			places[k] = i
			parcels = append(parcels, parcel{to: to})
		}
		n, _ := newText(e, parcels[i].count.raw).num()
		parcels[i].count = whole(int(n) + 1)
	}
	return g.send(s, entries[0], "eventbridge", parcels...)
}

// tables makes a step the calls of tables that one request holds: of each table as
// many reads and writes as it names.
func (g *scope) tables(s *step, action string, args *node) {
	type call struct{ table, op string }
	counts := map[call]value{}
	var order []call
	add := func(table, op string, count value) {
		c := call{table, op}
		old, known := counts[c]
		switch {
		case !known:
			order, counts[c] = append(order, c), count
		case old.open == "" && count.open == "":
			a, _ := newText(s.node, old.raw).num()
			b, _ := newText(s.node, count.raw).num()
			counts[c] = whole(int(a + b))
		case old.open == "":
			counts[c] = count
		}
	}
	name := func(n *node) string {
		to := g.refer(n)
		if to.dynamic || to.name == "" {
			return g.unknownTable(n)
		}
		return to.name
	}
	switch of := args.first("RequestItems", "TransactItems", "Statements"); {
	case strings.HasPrefix(action, "batch") && of.is(table) && args.get("RequestItems") != nil:
		for _, key := range of.keys {
			to := name(newText(of, strings.TrimSuffix(key, ".$")))
			items := of.under[key]
			if keys := items.first("Keys", "Keys.$"); items.is(table) && keys != nil {
				items = keys
			}
			if !items.is(list) {
				add(to, batchOp(action), ask("how many items of the table: "+items.compact()))
				continue
			}
			for _, item := range items.items {
				op := batchOp(action)
				if item.get("DeleteRequest") != nil {
					op = "delete"
				}
				add(to, op, whole(1))
			}
		}
	case of.is(list) && args.get("TransactItems") != nil:
		for _, item := range of.items {
			for _, kind := range item.keysOf() {
				add(name(item.under[kind].first("TableName", "TableName.$")), operation(strings.ToLower(kind)+"item"), whole(1))
			}
		}
	}
	if len(order) == 0 { // the run knows the tables, or a statement's text does
		count := ask("how many items of tables: " + args.compact())
		if of := args.get("Statements"); of.is(list) {
			count = whole(len(of.items))
		}
		add(g.unknownTable(args), batchOp(action), count)
	}
	all := listOf()
	for _, c := range order {
		store := g.d.store(c.table, "dynamodb", s.node)
		all.items = append(all.items, withCount(tableOf(is("store", str(store.name)), is("op", str(c.op))), counts[c]))
		if last := &all.items[len(all.items)-1]; counts[c].raw != "1" {
			last.add("parallel", yes())
		}
	}
	s.fields = append(s.fields, is("use", all))
	if strings.HasPrefix(action, "transact") {
		g.d.lose(s.node, "state %s: %s: a transaction counts each item twice; here each is one", spec.Quote(s.name), action)
	} else {
		g.d.lose(s.node, "state %s: %s: each of its items is a call here, and tables go one after the other", spec.Quote(s.name), action)
	}
}

// batchOp is what each item of a batch is.
func batchOp(action string) string {
	if strings.Contains(action, "get") {
		return "read"
	}
	return operation(action)
}

// unknownTable stands for a table that no definition names.
func (g *scope) unknownTable(at *node) string {
	g.d.lose(at, "which table it calls is only known when it runs (%s): taken for one, table", at.compact())
	return "table"
}
