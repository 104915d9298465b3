//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// What clean prints goes on from the finished units, as it stands, wherever it is
// said: the experiment, its tariffs and its data are in folders, with names that a
// shell has to be told of, and the output folder is by default and by name.
func TestCleanCommand(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, out, from string // from: where clean is run, beside the working folder
		args            []string
	}{
		{"a folder by name", "big", ".", []string{"-o", "big"}},
		{"the default folder", "small.replications=150.results", ".", nil},
		{"from elsewhere", "out here", "else where", []string{"-o", "out here", "--tariffs", "my runs/tariffs", "--data", "it's data", "--lenient"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for _, d := range []string{"my runs/tariffs", "it's data", "else where"} {
				if err := os.MkdirAll(filepath.Join(dir, d), 0o777); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.WriteFile(filepath.Join(dir, "my runs/small.toml"), []byte(smallExperiment), 0o666); err != nil {
				t.Fatal(err)
			}
			c := exec.Command("coldcurve", append([]string{"run", "my runs/small.toml", "--set", "replications=150", "--quiet"}, row.args...)...)
			p := &process{Cmd: c, dir: dir}
			c.Dir, c.Stderr = dir, &p.stderr
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			p.until(t, "a unit is finished", func() bool { return p.exists(row.out + ".partial/units/*") })
			if err := p.Process.Signal(syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
			_ = p.Wait() // its exit code is TestSignals' business
			from := filepath.Join(dir, row.from)
			list, _ := ended(t, from, nil, "clean", dir)
			_, command, found := strings.Cut(string(list), "small.toml  ")
			if !found {
				t.Fatalf("nothing is left over:\n%s", list)
			}
			again := exec.Command("sh", "-c", command)
			again.Dir = from
			if text, err := again.CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", command, err, text)
			}
			if !p.exists(row.out+"/manifest.json") || p.exists(row.out+".partial") {
				t.Errorf("%s has not gone on in %s", command, row.out)
			}
			if manifest, err := os.ReadFile(filepath.Join(dir, row.out, "manifest.json")); err != nil || strings.Contains(string(manifest), "my runs") {
				t.Errorf("the manifest has a path of this machine (%v)", err)
			}
		})
	}
}
