package estimate

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/internal/spec"
)

// quantityOf sums the quantities of a bill's lines whose names begin so.
func quantityOf(b *costmodel.Bill, name string) (sum float64) {
	for i := range b.Lines {
		if strings.HasPrefix(b.Lines[i].Name, name) {
			sum += costmodel.Float(&b.Lines[i].Quantity)
		}
	}
	return sum
}

// billFile are the quantities of a bill.csv by line.
func billFile(t *testing.T, path string) map[string]float64 {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	name, quantity := slices.Index(rows[0], "name"), slices.Index(rows[0], "quantity")
	all := map[string]float64{}
	for _, row := range rows[1:] {
		if all[row[name]], err = strconv.ParseFloat(row[quantity], 64); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// A restore is billed by the GB, and its time is not: AWS bills of the time before a
// handler what the runtime's loading and its hooks take, of which nothing is known
// here. 10,000 requests of 500 ms at 1 GB are 5,000 GB-s, however many are restored. As
// many are as in a run of the same load on the same preset, but for chance, to within
// four times √ of both: of independent requests so many are cold that their deviation is
// below √cold.
func TestRestoresAreBilledAsInARun(t *testing.T) {
	e := run(t, guess(FunctionSettings{Requests: "10k/month", Duration: "500ms", CV: "0", Memory: "1024MB", Restore: "800ms"}), "aws-lambda-snapstart")
	got := &plan(t, e, "aws-lambda-snapstart").Bill
	if d := quantityOf(got, "duration"); math.Abs(d-5000) > 1e-6 {
		t.Errorf("billed %v GB-s, want 5000", d)
	}
	const text = `title = "x"
seed = 3
[workload]
horizon = "30d"
[[workload.function]]
name = "f"
memory = "1GB"
arrivals = { process = "poisson", rate = "10000/month" }
service = { dist = "constant", value = "500ms" }
[[platform]]
name = "p"
preset = "aws-lambda"
init = { sandbox = "150ms", restore = "800ms" }
tariffs = ["aws-lambda"]
`
	x, err := experiments.Parse(filepath.Join(t.TempDir(), "x.toml"), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p, err := experiments.Prepare(t.Context(), x, experiments.Env{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	out := filepath.Join(t.TempDir(), "out")
	if _, err := p.Run(t.Context(), experiments.RunOptions{Dir: out, Workers: 1}); err != nil {
		t.Fatal(err)
	}
	ran := billFile(t, filepath.Join(out, "bill.csv"))
	a, b := quantityOf(got, "SnapStart restore"), ran["SnapStart restore"]
	if min(a, b) < 500 || math.Abs(a-b) > 4*math.Sqrt(a+b) {
		t.Errorf("%v GB are restored, and %v in a run", a, b)
	}
	if a, b := quantityOf(got, "SnapStart cache"), ran["SnapStart cache"]; a != b || a == 0 {
		t.Errorf("%v GB-s are kept, and %v in a run", a, b)
	}
}

// Of 800 ms of a restore of which a log says that 25 % are billed, 200 ms are the
// runtime's and its hooks'.
func TestBilledRestore(t *testing.T) {
	c := &choice{alternative: alternative{SnapStart: true}}
	f := Function{Restore: Known(800e6), RestoreBilled: 0.25}
	got := c.restore(&f, likely)
	if len(got) != 2 || got[0].Phase.String() != "restore" || got[1].Phase.String() != "runtime" {
		t.Fatalf("%v, want a restore, and what the runtime takes behind it", got)
	}
	for k, want := range []spec.Duration{600e6, 200e6} {
		if d := spec.Duration(got[k].Duration.Sample(0.5)); d != want {
			t.Errorf("%v, want %v", d, want)
		}
	}
	if f.RestoreBilled = 0; len(c.restore(&f, likely)) != 1 {
		t.Error("nothing is billed of it, and something takes the runtime's time")
	}
	if c.SnapStart = false; c.restore(&f, likely) != nil {
		t.Error("a restore without snapshots")
	}
}
