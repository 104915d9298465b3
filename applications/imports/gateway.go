package imports

import "strings"

// integration reads what a gateway passes its requests to: a method of a REST API, an
// integration of an HTTP API, or the one target that an HTTP API is made with.
func (t *template) integration(id string, r, p *node) {
	kind, service := t.typeOf(id), "api-gateway-http"
	uri := first(t.plain(p.first("IntegrationUri")), t.prop(p, "Integration", "Uri"))
	switch kind {
	case "AWS::ApiGateway::Method":
		service = "api-gateway-rest"
		if strings.EqualFold(t.resolve(t.prop(p, "Integration", "Type")).text, "MOCK") || t.prop(p, "Integration") == nil {
			return // answered by the gateway itself
		}
	case "AWS::ApiGatewayV2::Api":
		if uri = t.plain(p.first("Target")); uri == nil {
			return
		}
	}
	start := t.startOf(uri)
	if start == "" { // a machine that it starts stands in what it sends
		if start = t.machineIn(p); start != "" {
			tr := t.http(id, r, start, service)
			if !strings.Contains(t.resolve(uri).text+t.resolve(t.plain(p.first("IntegrationSubtype"))).text, "StartSyncExecution") {
				tr.get("http").add("answer", str("start"))
			}
			t.asked(id, p, tr)
			return
		}
	}
	if start == "" {
		to := t.resolve(uri).text
		if sub := t.resolve(t.plain(p.first("IntegrationSubtype"))).text; sub != "" {
			to = sub
		}
		t.d.lose(r, "%s: the gateway calls %s, no function or state machine of this file: nothing is made of it", id, firstText(to, "nothing that is known here"))
		return
	}
	api := t.prop(t.resources.get(t.resourceOf(p.get("ApiId"))), "Properties")
	if strings.EqualFold(t.resolve(t.prop(api, "ProtocolType")).text, "WEBSOCKET") {
		t.d.lose(r, "%s: a websocket: its messages are taken as requests of the gateway", id)
	}
	t.asked(id, p, t.http(id, r, start, service))
}

// machineIn is the flow that something below a node points at; empty: none.
func (t *template) machineIn(n *node) string {
	if n == nil {
		return ""
	}
	if name := t.flows[t.resolve(n).name]; name != "" {
		return name
	}
	for _, item := range n.items {
		if name := t.machineIn(item); name != "" {
			return name
		}
	}
	for _, key := range n.keys {
		if name := t.machineIn(n.under[key]); name != "" {
			return name
		}
	}
	return ""
}

// asked gives a gateway's trigger the function that it asks first.
func (t *template) asked(id string, p *node, tr *item) {
	by := t.plain(p.first("AuthorizerId"))
	for _, other := range t.resources.keys { // of an integration its routes say
		if t.typeOf(other) != "AWS::ApiGatewayV2::Route" {
			continue
		}
		route := t.prop(t.resources.get(other), "Properties")
		if t.resourceOf(route.get("Target")) == id && by == nil {
			by = t.plain(route.get("AuthorizerId"))
		}
	}
	name := t.resourceOf(by)
	a := t.prop(t.resources.get(name), "Properties")
	to := t.prop(a, "AuthorizerUri")
	if to == nil {
		return // none, or a token that the gateway checks itself
	}
	f := t.startOf(to)
	if f == "" {
		t.d.lose(to, "%s: its authorizer %s is no function of this file", tr.name, to.compact())
		return
	}
	v := tableOf(is("call", str(f)))
	ttl := t.must(t.prop(a, "AuthorizerResultTtlInSeconds"), name+".AuthorizerResultTtlInSeconds", 0, 3600)
	switch {
	case ttl.said:
		v.add("cache", ttl.value(wholeSeconds))
	case t.typeOf(name) == "AWS::ApiGatewayV2::Authorizer": // which keeps no answer unless it is told to
		v.add("cache", str("0s"))
	}
	tr.get("http").add("authorizer", v)
}

// described reads the description of a gateway, an OpenAPI document in the template: what
// it passes to functions or flows that no event of theirs speaks of.
func (t *template) described(id string, p *node) {
	body := t.plain(p.first("DefinitionBody", "Body"))
	service := "api-gateway-rest"
	if kind := t.typeOf(id); kind == "AWS::Serverless::HttpApi" || kind == "AWS::ApiGatewayV2::Api" {
		service = "api-gateway-http"
	}
	if body.get("Fn::Transform") != nil {
		t.d.lose(body, "%s: its description is in another file: import it by its events", id)
		return
	}
	paths := t.prop(body, "paths")
	t.later = append(t.later, func() { // once the events are known
		spoken := map[string]bool{}
		for _, tr := range t.d.triggers {
			spoken[tr.start] = spoken[tr.start] || tr.get("http") != nil
		}
		for _, path := range paths.keysOf() {
			methods := t.plain(paths.under[path])
			for _, method := range methods.keysOf() {
				to := t.prop(methods.under[method], "x-amazon-apigateway-integration")
				uri := t.prop(to, "uri")
				if uri == nil {
					continue // answered by the gateway itself
				}
				start := t.startOf(uri)
				switch {
				case start == "":
					t.d.lose(to, "%s: %s %s calls %s, no function or state machine of this file: nothing is made of it", id, strings.ToUpper(method), path, firstText(t.resolve(uri).text, uri.compact()))
				case !spoken[start]:
					tr := t.http(id+"-"+strings.Trim(method+path, "/"), to, start, service)
					tr.from += " " + strings.ToUpper(method) + " " + path
				}
			}
		}
	})
}
