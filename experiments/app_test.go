package experiments

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/coldcurve/coldcurve/results"
)

// runApplication runs an application's text in an experiment's, which names it as
// a.app.toml, as the command does. Tariffs are files of a folder of tariffs by name.
func runApplication(t *testing.T, experiment, application string, tariffs map[string]string) *results.Set {
	t.Helper()
	return runApplicationIn(t, t.TempDir(), experiment, application, tariffs)
}

// runApplicationIn is runApplication in a folder, whose out has the results.
func runApplicationIn(t *testing.T, dir, experiment, application string, tariffs map[string]string) *results.Set {
	t.Helper()
	put := func(path, text string) {
		t.Helper()
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	put(filepath.Join(dir, "a.app.toml"), application)
	env := Env{}
	for name, text := range tariffs {
		put(filepath.Join(dir, "tariffs", name+".toml"), text)
		env.Tariffs = []string{filepath.Join(dir, "tariffs")}
	}
	e, err := Parse(filepath.Join(dir, "x.toml"), []byte(experiment), "output.plots=[]") // which take longer than the run
	if err != nil {
		t.Fatal(err)
	}
	p, err := Prepare(context.Background(), e, env)
	if err != nil {
		t.Fatal(err)
	}
	set, err := p.Run(context.Background(), RunOptions{Dir: filepath.Join(dir, "out"), Workers: 2})
	if err := errors.Join(err, p.Close()); err != nil {
		t.Fatal(err)
	}
	return set
}
