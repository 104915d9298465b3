package calibrate

import (
	"errors"
	"fmt"
	"math"
	"strings"
)

// beyond refuses a log of which a value at the end of what was tried is the best:
// what was said of the engine does not go with it. What is wrong the log does not
// tell, so that all is named that it can be.
func (c *Calibration) beyond(key string, at float64) error {
	causes := []string{"the times are in seconds", "the tokens in and out are those that the engine computed and made",
		fmt.Sprintf("the engine is %s and served these requests alone", c.Before.CalibratedOf())}
	if !c.decodes() {
		causes = append(causes, "all that it did is in the log, where each request made one token")
	}
	causes = append(causes, fmt.Sprintf("max_num_batched_tokens was %d, and max_num_seqs %d", c.Engine.MaxTokens, c.Engine.MaxSequences))
	text := fmt.Sprintf("%s: the best %s is %.3g, the end of what was tried", c.Log.Name, key, at)
	if off := c.off(); off != "" {
		text += ": " + off
	}
	return errors.New(text + "; nothing is written. One of these does not hold: " + strings.Join(causes, "; "))
}

// decodes reports whether some request made more than one token.
func (c *Calibration) decodes() bool {
	for i := range c.Log.Requests {
		if c.Log.Requests[i].Asked.Output > 1 {
			return true
		}
	}
	return false
}

// off says how many times as long as in the profile's own replay the medians of TTFT
// and TPOT are.
func (c *Calibration) off() string {
	var words []string
	for _, s := range c.OnFitted {
		if s.Name == "p50" && s.Metric != metricNames[e2e] && !math.IsNaN(s.Before) && s.Before > -1 {
			times := fmt.Sprintf("%.3g", 1/(1+s.Before))
			if s.Before < -0.99 {
				times = fmt.Sprintf("%.0f", 1/(1+s.Before))
			}
			words = append(words, fmt.Sprintf("the median %s is %s times the profile's", s.Metric, times))
		}
	}
	return strings.Join(words, ", ")
}
