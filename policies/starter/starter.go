// Package starter writes the files that a new policy begins as: a script, or a file of Go
// with its test. Each runs as it is, and is there to be changed.
package starter

import (
	"bytes"
	"embed"
	"fmt"
	"go/format"
	"strings"
	"text/template"

	"github.com/coldcurve/coldcurve/internal/spec"
)

//go:embed templates
var templates embed.FS

// Kind is a kind of policy that there is a beginning of.
type Kind struct {
	Name string // in --kind
	Key  string // of a platform
	// List and Register are the function of policies/registry.go that lists the kind, and
	// the one that makes an entry of it.
	List, Register string
	// Params are parameters as an experiment gives them, after a comma.
	Params string
	// Beside is what a platform has beside such a policy, a key each.
	Beside []string
}

// Kinds lists the kinds, as the flag --kind has them.
func Kinds() []Kind {
	return []Kind{
		{"keepalive", "keepalive", "KeepAlives", "keepAlive", `window = "10m"`, nil},
		{"prewarm", "prewarm", "Prewarms", "prewarm", "floor = 2", nil},
		{"pool", "pool", "Pools", "pool", "count = 2", nil},
		{"scaling", "scaling", "Scalings", "scaling", "most = 10", []string{`dispatch = "queue"`, `limit = { over = "queue" }`}},
		{"routing", "routing", "Routings", "routing", "", []string{"concurrency = 4"}},
		{"placement", "placement", "Placements", "placement", "", []string{nodes}},
		{"balance", "placement", "Placements", "placement", "", []string{nodes, `limit = { over = "queue" }`}},
		{"eviction", "eviction", "Evictions", "eviction", "", []string{nodes}},
	}
}

// nodes is a cluster, as an experiment gives it.
const nodes = `cluster = { nodes = 18, memory = "4GB" }`

// Find returns the kind of a name.
func Find(name string) (Kind, error) {
	var known []string
	for _, k := range Kinds() {
		if k.Name == name {
			return k, nil
		}
		known = append(known, k.Name)
	}
	return Kind{}, fmt.Errorf("%s", spec.Unknown("kind of policy", name, known))
}

// mostName bounds the name of a policy, which names a file.
const mostName = 60

// CheckName refuses what can name no policy: want lower-case letters, digits and single
// hyphens between them, and a letter first.
func CheckName(name string) error {
	ok := name != "" && len(name) <= mostName && name[0] >= 'a' && name[0] <= 'z' && !strings.HasSuffix(name, "-") && !strings.Contains(name, "--")
	for _, c := range name {
		ok = ok && (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-')
	}
	if !ok {
		return fmt.Errorf("found the name %s, want lower-case letters, digits and hyphens, a letter first, as in office-hours", spec.Quote(name))
	}
	return nil
}

// File is a file to write.
type File struct {
	Name string // without a folder
	Text []byte
}

// Script returns the script of a policy.
func Script(k Kind, name string) (File, error) {
	text, err := render(k.Name+".star.tmpl", k, name)
	return File{name + ".star", text}, err
}

// Go returns the file of a policy for the folder policies, and its test.
func Go(k Kind, name string) ([]File, error) {
	word := strings.ReplaceAll(name, "-", "")
	list := []File{{Name: word + ".go"}, {Name: word + "_test.go"}}
	for i, of := range []string{".go.tmpl", "_test.go.tmpl"} {
		text, err := render(k.Name+of, k, name)
		if err == nil {
			text, err = format.Source(text)
		}
		if err != nil {
			return nil, fmt.Errorf("writing the policy: %w", err)
		}
		list[i].Text = text
	}
	return list, nil
}

// Type is the name of a policy's type in Go: office-hours is OfficeHours.
func Type(name string) string {
	var b strings.Builder
	for _, word := range strings.Split(name, "-") {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

func render(file string, k Kind, name string) ([]byte, error) {
	t, err := template.ParseFS(templates, "templates/"+file)
	if err != nil {
		return nil, fmt.Errorf("reading the beginning of a policy: %w", err)
	}
	var b bytes.Buffer
	err = t.Execute(&b, struct {
		Name, Type, Params string
		Beside             []string
	}{name, Type(name), k.Params, k.Beside})
	return b.Bytes(), err
}

// Line is the line of the registry that lists a policy of Go.
func (k Kind) Line(name string) string { return k.Register + "[" + Type(name) + "]()," }
