package imports

// balancerTimeout is how long an Application Load Balancer waits, unless told otherwise.
const balancerTimeout = "60s"

// balancer makes a trigger of what a load balancer sends. A balancer stands, and is billed
// by time and by its capacity units, however many functions are behind it: it is one store,
// and the requests themselves bill nothing.
func (t *template) balancer(name string, at, listener *node, start string) {
	id := t.resourceOf(listener)
	if r := t.resources.get(id); r != nil {
		if lb := t.prop(r, "Properties", "LoadBalancerArn"); lb != nil {
			id = t.resourceOf(lb)
		}
	}
	if id == "" {
		id = "load-balancer"
	}
	store := t.d.store(id, "alb", t.atOf(id, at))
	if store.get("capacity") == nil {
		store.set("capacity", tableOf(is("capacity_units", ask("capacity units (LCU) that it uses all the time: the most of 25 new connections/s, 3,000 open ones, 0.4 GB/h of functions, 1,000 rules/s"))), "")
	}
	tr := t.http(name, at, start, "none")
	tr.get("http").add("timeout", str(balancerTimeout))
	tr.from += ": through the load balancer " + store.name + ", which is billed by time"
}

// listenerOf finds the listener, or the rule of one, that sends to a target group.
func (t *template) listenerOf(group string) *node {
	for _, id := range t.resources.keys {
		p := t.prop(t.resources.get(id), "Properties")
		var actions []*node
		switch t.typeOf(id) {
		case "AWS::ElasticLoadBalancingV2::Listener":
			actions = t.prop(p, "DefaultActions").each()
		case "AWS::ElasticLoadBalancingV2::ListenerRule":
			actions = t.prop(p, "Actions").each()
		}
		for _, a := range actions {
			if t.resourceOf(a.get("TargetGroupArn")) != group {
				continue
			}
			if listener := p.get("ListenerArn"); listener != nil {
				return listener
			}
			return newTable(a, "Ref", newText(a, id))
		}
	}
	return nil
}
