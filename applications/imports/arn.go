package imports

import "strings"

// pseudo are CloudFormation's own parameters, as far as a name goes.
var pseudo = map[string]string{
	"AWS::Partition": "aws", "AWS::Region": "region", "AWS::AccountId": "account", "AWS::StackName": "stack",
	"AWS::URLSuffix": "amazonaws.com", "AWS::StackId": "stack", "AWS::NotificationARNs": "",
}

// plainRef says what a text names where nothing around it says more: ${Name} is
// Name, an address its last part.
func plainRef(n *node) ref {
	s := strings.TrimSpace(n.str())
	for name, v := range pseudo {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "${"+name+"}", v), "#{"+name+"}", v) // the latter is a plugin's
	}
	if strings.HasPrefix(s, "{%") {
		return ref{text: s, name: unquoted(jsonata(s)), dynamic: unquoted(jsonata(s)) == ""}
	}
	if strings.HasPrefix(s, "$.") || strings.HasPrefix(s, "$$.") || s == "$" || strings.HasPrefix(s, "States.") || s == "" {
		return ref{text: s, dynamic: true}
	}
	return ref{text: s, name: resourceName(s)}
}

// unquoted is the text that a JSONata expression is when it is only that.
func unquoted(s string) string {
	if len(s) > 1 && (s[0] == '\'' || s[0] == '"') && strings.Count(s, s[:1]) == 2 && s[len(s)-1] == s[0] {
		return resourceName(s[1 : len(s)-1])
	}
	return ""
}

// resourceName is the name in an address: of arn:aws:lambda:REGION:ACCOUNT:function:NAME:ALIAS
// the NAME, of a queue's URL its last part, of ${Name.Arn} the Name.
func resourceName(s string) string {
	if inner, ok := substituted(s); ok {
		return inner
	}
	if strings.HasPrefix(s, "arn:") {
		parts := strings.SplitN(s, ":", 6)
		if len(parts) == 6 {
			s = parts[5]
		}
		for _, prefix := range []string{"function:", "stateMachine:", "express:", "activity:", "event-bus/", "table/", "stream/", "rule/", "cluster/"} {
			if rest, ok := strings.CutPrefix(s, prefix); ok {
				s = rest
				break
			}
		}
	} else if i := strings.Index(s, "://"); i >= 0 {
		s = strings.TrimSuffix(s[i+3:], "/")
		if j := strings.LastIndexByte(s, '/'); j >= 0 {
			s = s[j+1:]
		}
		return s
	}
	if inner, ok := substituted(s); ok {
		return inner
	}
	if strings.Contains(s, "${") {
		return s
	}
	s, _, _ = strings.Cut(s, ":")
	if !strings.HasPrefix(s, "/") {
		s, _, _ = strings.Cut(s, "/")
	}
	return s
}

// substituted is the name of a text that is one ${name}, with or without an attribute or alias.
func substituted(s string) (string, bool) {
	rest, ok := strings.CutPrefix(s, "${")
	if !ok {
		return "", false
	}
	i := strings.IndexByte(rest, '}')
	if i < 0 || i+1 < len(rest) && rest[i+1] != ':' {
		return "", false
	}
	name := strings.TrimSpace(rest[:i])
	if before, _, ok := strings.Cut(name, "."); ok && before != "" && !strings.ContainsAny(before, "(: ") {
		name = before
	}
	return name, true
}

// resource is the address of an integration: arn:aws:states:::SERVICE:ACTION.PATTERN,
// where an SDK's service is told by aws-sdk: before it.
type resource struct {
	service, action, pattern string
	sdk                      bool
}

// integration splits such an address.
func integration(s string) (r resource, ok bool) {
	_, rest, found := strings.Cut(s, ":states:::")
	if !found || !strings.HasPrefix(s, "arn:") {
		return r, false
	}
	if after, sdk := strings.CutPrefix(rest, "aws-sdk:"); sdk {
		r.sdk, rest = true, after
	}
	r.service, rest, _ = strings.Cut(rest, ":")
	r.action, r.pattern, _ = strings.Cut(rest, ".")
	r.pattern, _, _ = strings.Cut(r.pattern, ":") // .sync:2 waits as .sync does, and returns JSON
	return r, r.service != "" && r.action != ""
}

// lastPart is the action of an address and its pattern.
func lastPart(s string) (action, pattern string) {
	r, _ := integration(s)
	return r.action, r.pattern
}
