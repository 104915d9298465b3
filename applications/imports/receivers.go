package imports

import "strings"

// onward is a queue, topic or stream that has what is sent to a topic or bus.
type onward struct {
	id, service string
	at          *node
}

// passes lets what is sent to a topic or bus go on to another of the definition.
func (d *Draft) passes(from, to, service string, at *node) {
	if d.onward == nil {
		d.onward = map[string][]onward{}
	}
	d.onward[from] = append(d.onward[from], onward{to, service, at})
}

// reaches names the triggers and stores that have what is sent to a queue, topic, stream or
// bus: those that it feeds, else the service itself, and where it goes on to.
func (d *Draft) reaches(source, service string, at *node) (names []string) {
	seen := map[string]bool{}
	queue := []onward{{source, service, at}}
	for ; len(queue) > 0; queue = queue[1:] {
		o := queue[0]
		if seen[o.id] {
			continue
		}
		seen[o.id] = true
		fed := d.receivers(o.id, o.at)
		for _, t := range fed {
			names = append(names, t.name)
		}
		if len(fed) == 0 {
			names = append(names, d.store(o.id, o.service, o.at).name)
		}
		queue = append(queue, d.onward[o.id]...)
	}
	return names
}

// receivers are the triggers that have what is sent to a queue, topic, stream or bus: each
// of a topic, stream or bus, one of a queue.
func (d *Draft) receivers(source string, at *node) (list []*item) {
	var names []string
	for _, t := range d.takers(source) {
		if t.get("object") == nil { // which takes no messages
			list, names = append(list, t), append(names, t.name)
		}
	}
	switch {
	case len(list) < 2:
	case list[0].get("queue") != nil:
		d.lose(at, "%s: each of its messages goes to one of %s; here all go to the first", source, strings.Join(names, ", "))
		list = list[:1]
	default:
		d.lose(at, "%s: what is sent to it is sent to each of %s, and billed as often", source, strings.Join(names, ", "))
	}
	return list
}
