// Command tabulate makes the tables that workloads/hardware ships from the
// measurements that others have published, in the folder that COLDCURVE_DATA
// names:
//
//	go run ./workloads/hardware/tabulate -o workloads/hardware/gpus
//
// Of the times of matrix products it leaves out those which the line between
// their neighbours says within [Tolerance]; all else it keeps, with four digits.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/coldcurve/coldcurve/workloads/hardware/tables"
)

func main() {
	out := flag.String("o", "workloads/hardware/gpus", "folder for the tables")
	flag.Parse()
	if err := run(os.Getenv("COLDCURVE_DATA"), *out); err != nil {
		fmt.Fprintln(os.Stderr, "tabulate:", err)
		os.Exit(1)
	}
}

// run makes all tables of a folder of measurements.
func run(data, out string) error {
	if data == "" {
		return fmt.Errorf("COLDCURVE_DATA is not set; it names the folder of measurements")
	}
	for _, s := range sources {
		f, err := s.file(data, Tolerance)
		if err != nil {
			return fmt.Errorf("making %s: %w", s.out, err)
		}
		if err := write(filepath.Join(out, s.out), f); err != nil {
			return err
		}
	}
	return nil
}

func write(path string, f *tables.File) error {
	w, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := f.Write(w); err != nil {
		w.Close()
		return err
	}
	return w.Close()
}
