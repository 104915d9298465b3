package imports

import "testing"

// A parameter is that of the stage, or of all stages: version 4 has them in stages.
func TestParameters(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"all stages":      {"params: {default: {seconds: 7}, prod: {seconds: 20}}\nprovider: {name: aws, timeout: '${param:seconds}'}\n", `timeout = "7s"`},
		"the stage":       {"params: {default: {seconds: 7}, prod: {seconds: 20}}\nprovider: {name: aws, stage: '${opt:stage, ''prod''}', timeout: '${param:seconds}'}\n", `timeout = "20s"`},
		"version 4":       {"stages: {default: {params: {seconds: 8}}}\nprovider: {name: aws, timeout: '${param:seconds}'}\n", `timeout = "8s"`},
		"its own default": {"provider: {name: aws, timeout: '${param:seconds, 9}'}\n", `timeout = "9s"`},
	} {
		t.Run(name, func(t *testing.T) {
			d := read(t, "service: s\n"+c.text+"functions: {f: {handler: a.b}}\n")
			text, _ := d.Write()
			holds(t, text, c.want)
			if len(d.Lost) > 0 {
				t.Errorf("it was read and not carried: %s", lost(d))
			}
		})
	}
}
