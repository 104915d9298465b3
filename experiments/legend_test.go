package experiments

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The report says of grades of step times what they are, where there are some, and not
// by the legend of prices.
func TestLegend(t *testing.T) {
	const steps = "Grades of step times: A each operation of this model"
	for text, want := range map[string]bool{
		engined: true,
		strings.Replace(strings.Replace(engined, "{ name = \"llm\", model", "{ name = \"slots\" } # ", 1), "tokens = { input = 100, output = 10 }", "service = \"1s\"", 1): false,
	} {
		e, err := Parse("x.toml", []byte(text), "workload.horizon=6m")
		if err != nil {
			t.Fatal(err)
		}
		plan, err := Prepare(t.Context(), e, Env{})
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "out")
		if _, err := plan.Run(t.Context(), RunOptions{Dir: dir, Workers: 1}); err != nil {
			t.Fatal(err)
		}
		if err := plan.Close(); err != nil {
			t.Error(err)
		}
		page, err := os.ReadFile(filepath.Join(dir, "report.html"))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(string(page), steps); got != want {
			t.Errorf("the legend of step times is there: %t, want %t", got, want)
		}
	}
}
