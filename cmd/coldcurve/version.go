package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/coldcurve/coldcurve/experiments"
)

func newVersion(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the versions of the program and of the model",
		Args:  cobra.NoArgs,
		RunE: own(func(*cobra.Command, []string) error {
			_, err := fmt.Fprint(a.stdout, versions())
			return err
		}),
	}
}

// versions are those of the program and of the model, and what it was built with.
func versions() string {
	return fmt.Sprintf("coldcurve %s, model %s\n%s %s/%s%s\n",
		experiments.Version, experiments.ModelVersion, runtime.Version(), runtime.GOOS, runtime.GOARCH, revision())
}

// revision returns the commit that the program was built from, where the build
// knows it.
func revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	commit, dirty := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = "\ncommit " + s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = ", with changes"
		}
	}
	if commit == "" {
		return ""
	}
	return commit + dirty
}
