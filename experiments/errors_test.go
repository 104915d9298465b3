package experiments

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/traces"
)

// runText prepares and runs an experiment, as the command does.
func runText(t *testing.T, text string, env Env) error {
	t.Helper()
	e, err := Parse("x.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p, err := Prepare(context.Background(), e, env)
	if err != nil {
		return err
	}
	_, err = p.Run(context.Background(), RunOptions{Dir: filepath.Join(t.TempDir(), "out"), Workers: 2})
	return errors.Join(err, p.Close())
}

// TestUsageWithoutPrice: a price that is missing, and that every run would use,
// is an error of the tariff's line.
func TestUsageWithoutPrice(t *testing.T) {
	text := strings.Replace(sound, `keepalive = { name = "fixed" }`,
		"preset = \"aws-lambda\"\ntariffs = [\"aws-lambda\", \"aws-lambda-100ms\"]\nprewarm = { name = \"provisioned\", count = 1 }", 1)
	err := runText(t, text, Env{})
	want := `x.toml:10: platform[0].tariffs[1]: tariff "aws-lambda-100ms" cannot price platform "p": the price of "provisioned concurrency, `
	var input *InputError
	if !errors.As(err, &input) || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want an InputError with %s", err, want)
	}
}

// TestDamagedBlock: a store is checked block by block as it is replayed; what is
// damaged there is the input's fault.
func TestDamagedBlock(t *testing.T) {
	dir := t.TempDir()
	text := "arrival_s,service_s,function\n"
	for i := range 5000 {
		text += fmt.Sprintf("%d.%03d,0.%06d,f\n", i, i%977, 1+i*i%900_000)
	}
	write(t, filepath.Join(dir, "t.csv"), text)
	from, err := traces.Open(context.Background(), "csv:t.csv", traces.Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	store := filepath.Join(dir, "t.store")
	if err := errors.Join(traces.Convert(context.Background(), from, sim.RunKey{}, traces.Destination{Spec: "store:" + store}), from.Close()); err != nil {
		t.Fatal(err)
	}
	data := []byte(read(t, store))
	data[len(data)/2] ^= 1
	if err := os.WriteFile(store, data, 0o666); err != nil {
		t.Fatal(err)
	}
	err = runText(t, "[workload]\ntrace = \"store:t.store\"\n[[platform]]\nname = \"p\"\nkeepalive = { name = \"fixed\" }\n", Env{DataDir: dir})
	var input *InputError
	if !errors.As(err, &input) || !strings.HasPrefix(err.Error(), "x.toml:2: workload.trace: ") || !strings.Contains(err.Error(), "t.store: offset ") || !strings.Contains(err.Error(), "the file is damaged") {
		t.Errorf("got %v, want an InputError that names the store", err)
	}
}

// TestNoFunctionLeft: a table of durations that has none of the functions that
// are invoked leaves nothing to replay, which the reader has said.
func TestNoFunctionLeft(t *testing.T) {
	dir := t.TempDir()
	mkdir(t, filepath.Join(dir, "az"))
	minutes := ""
	for i := range 1440 {
		minutes += fmt.Sprintf(",%d", i+1)
	}
	counts := strings.Repeat(",1", 1440)
	percentiles := "percentile_Average_0,percentile_Average_1,percentile_Average_25,percentile_Average_50,percentile_Average_75,percentile_Average_99,percentile_Average_100"
	write(t, filepath.Join(dir, "az", "invocations.csv"), "HashOwner,HashApp,HashFunction,Trigger"+minutes+"\no,a,f,http"+counts+"\n")
	write(t, filepath.Join(dir, "az", "durations.csv"), "HashOwner,HashApp,HashFunction,Average,Count,Minimum,Maximum,"+percentiles+"\no,a,other,5,1,5,5,5,5,5,5,5,5,5\n")
	write(t, filepath.Join(dir, "az", "memory.csv"), "HashOwner,HashApp,SampleCount,AverageAllocatedMb\no,a,1,128\n")
	e, err := Parse("x.toml", []byte("[workload]\ntrace = \"azure2019:az\"\n[[platform]]\nname = \"p\"\nkeepalive = { name = \"fixed\" }\n"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = Prepare(context.Background(), e, Env{DataDir: dir})
	want := "x.toml:2: workload.trace: azure2019:az has no function that can be replayed: 1 × a function without durations"
	var input *InputError
	if !errors.As(err, &input) || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want an InputError with %s", err, want)
	}
}
