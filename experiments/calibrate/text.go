package calibrate

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

// Formats are how a calibration can be printed.
func Formats() []string { return []string{"text", "json"} }

// Render prints a calibration.
func (c *Calibration) Render(w io.Writer, format string) error {
	if format == "json" {
		return c.json(w)
	}
	_, err := io.WriteString(w, c.text())
	return err
}

func (c *Calibration) text() string {
	var b strings.Builder
	l := c.Log
	fmt.Fprintf(&b, "%s: %d requests in %s (%s), on %s, step times from %s (grade %s)\n",
		l.Name, len(l.Requests), spec.Duration(l.Requests[len(l.Requests)-1].Arrival).String(), l.Form, c.Profile.Label(), c.Profile.Basis, c.Profile.Grade)
	fmt.Fprintf(&b, "fitted to the first %d by arrival, tested on the other %d, which no fit has seen\n", c.Fitted, c.Tested)
	if l.OtherClock {
		b.WriteString("arrivals are on another clock than tokens: they were moved so that the quickest request came into line at once\n")
	}
	if c.Band.HitsUnknown {
		b.WriteString("prefix hits are unknown: " + hitsUnknown + " (the field blocks names them; --no-prefix-cache says that there was none)\n")
	}
	if len(c.Values) == 0 {
		b.WriteString("no value differs from the profile's\n")
	} else {
		fmt.Fprintf(&b, "\n%-18s %12s %12s %12s\n", "value", "before", "after", "± standard error")
	}
	for _, v := range c.Values {
		fmt.Fprintf(&b, "%-18s %12s %12s %12s\n", v.Key, shown(v.Key, v.Before), shown(v.Key, v.After), v.spread())
	}
	for _, r := range c.Refused {
		fmt.Fprintf(&b, "not fitted: %s: %s\n", r.Key, r.Why)
	}
	fmt.Fprintf(&b, "\n%s\n", c.criterion())
	c.table(&b, fmt.Sprintf("the %d fitted", c.Fitted), c.OnFitted)
	c.table(&b, fmt.Sprintf("the %d tested", c.Tested), c.OnTested)
	fmt.Fprintf(&b, "\nexpect the time per output token to be off by %s\n", c.Profile.Band(hardware.TPOT, c.Engine.Scheduler))
	return b.String()
}

// criterion says what the fit made small, and by how much.
func (c *Calibration) criterion() string {
	var parts []string
	was, is := 0.0, 0.0
	for _, m := range c.Minimised {
		was, is = was+m.Before/m.Scatter, is+m.After/m.Scatter
		parts = append(parts, fmt.Sprintf("%s %.3f → %.3f, ÷ %.3f", m.Metric, m.Before, m.After, m.Scatter))
	}
	return fmt.Sprintf("minimised over the fitted: the mean of |ln(simulated ÷ measured)| ÷ its scatter, %.2f → %.2f (%s)\neach request counts alike: means and p99, which few slow ones make, may go the other way", was, is, strings.Join(parts, "; "))
}

// table prints measured times and the errors of a part, before and after.
func (c *Calibration) table(b *strings.Builder, name string, list []Statistic) {
	fmt.Fprintf(b, "\n%-18s %12s %12s %12s\n", name, "measured, s", "error before", "error after")
	for _, s := range list {
		if s.Name == eachRequest {
			fmt.Fprintf(b, "%-18s %12s %10.1f %% %10.1f %%\n", s.Metric+" "+s.Name, "", 100*s.Before, 100*s.After)
			continue
		}
		fmt.Fprintf(b, "%-18s %12.4g %+10.1f %% %+10.1f %%\n", s.Metric+" "+s.Name, s.Measured, percent(s.Before), percent(s.After))
	}
}

// percent rounds a part to a tenth of a percent; none is −0.
func percent(part float64) float64 { return math.Round(1000*part)/10 + 0 }

// json prints the same for programs; times are s.
func (c *Calibration) json(w io.Writer) error {
	type value struct {
		Key    string `json:"key"`
		Before string `json:"before"`
		After  string `json:"after"`
		Error  string `json:"standard_error"`
	}
	type refused struct {
		Key string `json:"key"`
		Why string `json:"why"`
	}
	type statistic struct {
		Metric   string   `json:"metric"`
		Name     string   `json:"statistic"`
		Measured *float64 `json:"measured_s"` // null of the median error of a request
		Before   float64  `json:"error_before"`
		After    float64  `json:"error_after"`
	}
	// minimum is what was minimised: the mean of |ln(simulated ÷ measured)| of the
	// fitted requests, added up by metric, each by its scatter.
	type minimum struct {
		Metric  string  `json:"metric"`
		Scatter float64 `json:"scatter"`
		Before  float64 `json:"before"`
		After   float64 `json:"after"`
	}
	type part struct {
		Requests int         `json:"requests"`
		Errors   []statistic `json:"errors"`
	}
	partOf := func(n int, list []Statistic) part {
		p := part{Requests: n}
		for _, s := range list {
			row := statistic{s.Metric, s.Name, &s.Measured, s.Before, s.After}
			if math.IsNaN(s.Measured) {
				row.Measured = nil
			}
			p.Errors = append(p.Errors, row)
		}
		return p
	}
	out := struct {
		Log        string    `json:"log"`
		Digest     string    `json:"digest"`
		Form       string    `json:"form"`
		Profile    string    `json:"profile"`
		Grade      string    `json:"grade"`
		OtherClock bool      `json:"arrivals_on_another_clock"`
		Hits       bool      `json:"prefix_hits_unknown"`
		Values     []value   `json:"values"`
		Refused    []refused `json:"refused"`
		Minimised  []minimum `json:"minimised"`
		Fitted     part      `json:"fitted"`
		Tested     part      `json:"tested"`
	}{
		Log: c.Log.Name, Digest: "sha256:" + c.Log.Digest, Form: c.Log.Form, Profile: c.Profile.Label(), Grade: c.Profile.Grade, OtherClock: c.Log.OtherClock, Hits: c.Band.HitsUnknown,
		Values: []value{}, Refused: []refused{}, Fitted: partOf(c.Fitted, c.OnFitted), Tested: partOf(c.Tested, c.OnTested),
	}
	for _, m := range c.Minimised {
		out.Minimised = append(out.Minimised, minimum(m))
	}
	for _, v := range c.Values {
		out.Values = append(out.Values, value{v.Key, shown(v.Key, v.Before), shown(v.Key, v.After), v.spread()})
	}
	for _, r := range c.Refused {
		out.Refused = append(out.Refused, refused(r))
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(out)
}
