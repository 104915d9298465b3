package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/coldcurve/coldcurve/experiments/lifetimes"
)

const calibrateKeepAliveHelp = `Fit how long a provider keeps instances to a log of one function's requests: the
distributions of how long an idle one stays, and of the age that none passes. It prints
them with the keep-alive that an experiment can have: keepalive = { name = "drawn", … }.

The log is CSV with a header, or JSON lines, plain or compressed; - is standard input.
Of each request it has two of arrival, end and duration (seconds, or duration_ms; times
are seconds, or as in 2026-11-26T10:00:00.25Z), instance (a log stream, or the id of an
environment) and cold (true or false, or for how long it initialised; nothing: warm);
--fields says where they stand. An idle gap that an instance survived, one that was gone
at a cold start, and those that are still there at the end all count as what they are:
see docs/calibrate.md.`

func newCalibrateKeepAlive(a *app) *cobra.Command {
	var requests, fields, format string
	c := &cobra.Command{
		Use:   "keepalive",
		Short: "Fit idle times and ages of instances to a log of requests",
		Long:  calibrateKeepAliveHelp,
		Example: `  coldcurve calibrate keepalive --requests log.csv
  coldcurve calibrate keepalive --requests insights.csv \
    --fields end=@timestamp,duration_ms=@duration,instance=@logStream,cold=@initDuration`,
		Args: cobra.NoArgs,
		RunE: own(func(c *cobra.Command, _ []string) error {
			return a.calibrateKeepAlive(c.Context(), requests, fields, format)
		}),
	}
	fl := c.Flags()
	fl.StringVar(&requests, "requests", "", "the log of requests; - is standard input")
	fl.StringVar(&fields, "fields", "", "where the log has what, as in arrival=ts,duration_ms=ms,instance=env,cold=is_cold")
	fl.StringVar(&format, "format", "text", "what is printed: text, json")
	return c
}

func (a *app) calibrateKeepAlive(ctx context.Context, requests, fields, format string) error {
	if requests == "" {
		return usageError{fmt.Errorf("--requests is missing, as in --requests log.csv")}
	}
	if err := oneOf("format", format, lifetimes.Formats()); err != nil {
		return err
	}
	columns, err := lifetimes.ParseFields(fields)
	if err != nil {
		return usageError{fmt.Errorf("--fields: %w", err)}
	}
	log, err := a.keepAliveLog(ctx, requests, columns)
	if err != nil {
		return usage(err)
	}
	fit, err := log.Run()
	if err != nil {
		return usageError{fmt.Errorf("%s: %w", log.Name, err)}
	}
	return fit.Render(a.stdout, format)
}

func (a *app) keepAliveLog(ctx context.Context, requests string, fields lifetimes.Fields) (*lifetimes.Log, error) {
	if requests == "-" {
		return lifetimes.Read(a.stdin, "standard input", fields)
	}
	file, err := openUntil(ctx, requests)
	if err != nil {
		return nil, err
	}
	defer file.Close() // read only
	return lifetimes.Read(file, requests, fields)
}
