package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// check is one test, example or set of fuzz seeds: what it takes alone, and
// which changes it reaches.
type check struct {
	name    string
	cpu     time.Duration
	reaches []byte
}

// hunt runs the tests of a compiled package.
type hunt struct {
	program string   // the tests
	args    []string // more of its arguments
	dir     string   // the folder that it runs in
	scratch string
	checks  []check
}

// A change is given allowance and then some times the CPU time that its tests
// take without it, and memory bytes of address space. deadline is for those that
// wait for ever, which use no CPU time.
const (
	allowance = 2 * time.Second
	times     = 5
	memory    = 4 << 30
	deadline  = 2 * time.Minute
	quick     = 300 * time.Millisecond
)

// run runs the named tests under env and says whether they passed.
func (h *hunt) run(names []string, wait time.Duration, env ...string) (passed bool, cpu time.Duration, out []byte, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), wait)
	defer cancel()
	// No -test.timeout: its timer would hide a deadlock from the runtime.
	args := append([]string{"-test.short", "-test.failfast", "-test.timeout=0", "-test.run=^(" + strings.Join(names, "|") + ")$"}, h.args...)
	cmd := exec.CommandContext(ctx, h.program, args...)
	cmd.Dir, cmd.WaitDelay = h.dir, time.Second
	cmd.Env = append(os.Environ(), env...)
	out, err = cmd.CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) || ctx.Err() != nil {
		err = nil
	} else if err != nil {
		return false, 0, nil, err
	} else {
		passed = true
	}
	return passed, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), out, err
}

// survey runs each test alone, without any change, to learn what it takes and
// reaches.
func (h *hunt) survey(mutants int) error {
	list := exec.Command(h.program, "-test.list=^(Test|Example|Fuzz)")
	list.Dir = h.dir
	out, err := list.Output()
	if err != nil {
		return fmt.Errorf("listing the tests: %w", err)
	}
	reached := filepath.Join(h.scratch, "reached")
	for name := range strings.FieldsSeq(string(out)) {
		if err := os.WriteFile(reached, make([]byte, mutants+1), 0o600); err != nil {
			return err
		}
		passed, cpu, out, err := h.run([]string{name}, 10*deadline, "MUTANT_REACHED="+reached)
		if err != nil {
			return err
		}
		if !passed {
			return fmt.Errorf("%s fails without a change:\n%s", name, out)
		}
		reaches, err := os.ReadFile(reached)
		if err != nil {
			return err
		}
		h.checks = append(h.checks, check{name, cpu, reaches})
	}
	slices.SortStableFunc(h.checks, func(a, b check) int { return cmp.Compare(a.cpu, b.cpu) })
	return nil
}

// fate is what became of a change.
type fate int

const (
	killed fate = iota
	survived
	unreached
)

// try switches on one change and runs the tests that reach it: first those that
// are quick together, then the others.
func (h *hunt) try(id int) (fate, error) {
	var batch []string
	var cpu time.Duration
	result := unreached
	meet := func() (bool, error) {
		limit := int((allowance + times*cpu).Seconds() + 1)
		passed, _, _, err := h.run(batch, deadline+time.Duration(limit)*20*time.Second, fmt.Sprint("MUTANT=", id),
			fmt.Sprint("MUTANT_CPU_S=", limit), fmt.Sprint("MUTANT_MEMORY_B=", memory))
		batch, cpu = nil, 0
		return passed, err
	}
	brief := true
	for _, c := range h.checks {
		if c.reaches[id] == 0 {
			continue
		}
		result = survived
		if brief && len(batch) > 0 && cpu+c.cpu > quick {
			brief = false
			if passed, err := meet(); err != nil || !passed {
				return killed, err
			}
		}
		batch, cpu = append(batch, c.name), cpu+c.cpu
	}
	if len(batch) > 0 {
		if passed, err := meet(); err != nil || !passed {
			return killed, err
		}
	}
	return result, nil
}

// tryAll tries the changes with the given numbers, several at a time, and
// returns their fates in order. It tells how many are done as it goes.
func (h *hunt) tryAll(ids []int, workers int, tell func(done int)) ([]fate, error) {
	fates, errs := make([]fate, len(ids)), make([]error, workers)
	next := make(chan int)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := range next {
				f, err := h.try(ids[i])
				fates[i], errs[w] = f, cmp.Or(errs[w], err)
			}
		})
	}
	for i := range ids {
		next <- i
		tell(i + 1)
	}
	close(next)
	wg.Wait()
	return fates, errors.Join(errs...)
}
