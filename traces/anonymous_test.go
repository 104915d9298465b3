package traces

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// Functions by their number of invocations, apps and owners as these have
// them; what arrives stays what it was.
func TestAnonymous(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	text := "arrival_s,service_s,function,app,owner\n0,1,alice,x,\n1,1,bob,y,carol\n2,1,bob,y,carol\n3,1,dora,y,carol\n"
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	tr, err := Open(context.Background(), "csv:"+path, Options{Anonymous: true})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	var got []string
	for i, f := range tr.Functions() {
		got = append(got, fmt.Sprint(f.Name, " ", f.App, " ", f.Owner, " ", tr.Counts()[i]))
	}
	if want := []string{"function-2 app-2  1", "function-1 app-1 owner-1 2", "function-3 app-1 owner-1 1"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	out := filepath.Join(t.TempDir(), "b.csv")
	if err := Convert(context.Background(), tr, sim.RunKey{}, Destination{Spec: "csv:" + out}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(out)
	if err != nil || strings.ContainsFunc(string(data), func(r rune) bool { return r == 'x' || r == 'y' }) || strings.Contains(string(data), "bob") || strings.Count(string(data), "function-1") != 2 {
		t.Errorf("%v\n%s", err, data)
	}
}

// A message about a malformed row shows where, and no secret of it.
func TestMalformedSecrets(t *testing.T) {
	const secret = "SECRETIVENESS"
	dir := t.TempDir()
	for i, c := range []struct{ format, text string }{
		{"csv", "arrival_s,service_s,function\nBearer " + secret + ",1,f\n"},
		{"csv", "arrival_s,service_s,function\n0,password=" + secret + ",f\n"},
		{"csv", "arrival_s,service_s,function\n0,1,\"Bearer " + secret + "\"x\n"},
		{"csv", "arrival_s,service_s,function\n0,1,a token=" + secret + "\"\n"},
		{"csv", "arrival_s,service_s,function,token=" + secret + "\n0,1,f\n"},
		{"csv", "arrival_s,service_s,function,memory_mb\n0,1,f,GET /x?token=" + secret + "\n"},
		{"jsonl", `{"token=` + secret + `":1}` + "\n"},
		{"jsonl", `{"arrival_s":0,"service_s":1,"function":"f","memory_mb":1,"timeout_s":1}` + "\n" + `Bearer ` + secret + "\n"},
		{"azure2021", "app,func,end_timestamp,duration\na,f,Bearer " + secret + ",1\n"},
	} {
		path := filepath.Join(dir, fmt.Sprint(i))
		if err := os.WriteFile(path, []byte(c.text), 0o666); err != nil {
			t.Fatal(err)
		}
		tr, err := Open(context.Background(), c.format+":"+path, Options{})
		if err == nil {
			tr.Close()
			t.Errorf("%q is read", c.text)
		} else if strings.Contains(err.Error(), secret) || !strings.Contains(err.Error(), path+":") {
			t.Errorf("%q: %v", c.text, err)
		}
	}
}
