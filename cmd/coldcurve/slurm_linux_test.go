package main

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// slurmVariable says, as "required", that the test on a real Slurm may not skip.
const slurmVariable = "COLDCURVE_SLURM"

// slurm is a controller and two nodes that it emulates on this machine, in a folder of
// their own.
type slurm struct {
	dir     string
	nodes   map[string]*exec.Cmd
	daemons []*exec.Cmd
}

// slurmConfig is for a folder, a host, three ports and two nodes.
const slurmConfig = `ClusterName=ci
SlurmctldHost=%[2]s(127.0.0.1)
SlurmctldPort=%[3]d
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=%[1]s/munge.socket,cred_expire=5
StateSaveLocation=%[1]s/state
SlurmdSpoolDir=%[1]s/spool-%%n
SlurmctldPidFile=%[1]s/slurmctld.pid
SlurmdPidFile=%[1]s/slurmd-%%n.pid
SlurmctldLogFile=%[1]s/slurmctld.log
SlurmdLogFile=%[1]s/slurmd-%%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
SlurmdParameters=config_overrides
ReturnToService=2
SlurmdTimeout=30
KillWait=2
MailProg=/bin/true
NodeName=n0 NodeHostname=%[2]s NodeAddr=127.0.0.1 Port=%[4]d CPUs=1
NodeName=n1 NodeHostname=%[2]s NodeAddr=127.0.0.1 Port=%[5]d CPUs=1
PartitionName=main Nodes=n0,n1 Default=YES LLN=YES
`

// startSlurm starts it and waits until both nodes are idle.
func startSlurm(t *testing.T) *slurm {
	t.Helper()
	for _, program := range []string{"slurmctld", "slurmd", "munged", "sbatch"} {
		if _, err := exec.LookPath(program); err != nil || os.Geteuid() != 0 {
			if os.Getenv(slurmVariable) == "required" {
				t.Fatalf("%s is to be there, for root: %v", program, err)
			}
			t.Skip("there is no Slurm, or nobody who may start it: ", err)
		}
	}
	dir, err := os.MkdirTemp("", "slurm") // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	s := &slurm{dir: dir, nodes: map[string]*exec.Cmd{}}
	t.Cleanup(func() { s.stop(t) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, sub := range []string{"state", "spool-n0", "spool-n1"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	key := make([]byte, 1024)
	_, _ = rand.Read(key) // it does not fail
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	host, _, _ = strings.Cut(host, ".")
	conf := filepath.Join(dir, "slurm.conf")
	for file, text := range map[string][]byte{
		filepath.Join(dir, "munge.key"): key,
		conf:                            fmt.Appendf(nil, slurmConfig, dir, host, freePort(t), freePort(t), freePort(t)),
	} {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("SLURM_CONF", conf)
	s.start(t, "munged", "-F", "--key-file="+dir+"/munge.key", "--socket="+dir+"/munge.socket", "--pid-file="+dir+"/munged.pid", "--log-file="+dir+"/munged.log", "--seed-file="+dir+"/munged.seed")
	within(t, "munged's socket", func() bool { _, err := os.Stat(dir + "/munge.socket"); return err == nil })
	s.start(t, "slurmctld", "-D", "-c")
	for _, node := range []string{"n0", "n1"} {
		s.startNode(t, node)
	}
	within(t, "two idle nodes", func() bool {
		out, _ := exec.Command("sinfo", "-hN", "-t", "idle").Output()
		return bytes.Count(out, []byte("\n")) == 2
	})
	return s
}

func (s *slurm) start(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	c := exec.Command(name, args...)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	s.daemons = append(s.daemons, c)
	return c
}

func (s *slurm) startNode(t *testing.T, node string) {
	t.Helper()
	s.nodes[node] = s.start(t, "slurmd", "-D", "-N", node)
}

// stop ends the daemons, the last first, and removes the folder; of a test that failed it
// shows the logs.
func (s *slurm) stop(t *testing.T) {
	for i := len(s.daemons) - 1; i >= 0; i-- {
		c := s.daemons[i]
		_ = c.Process.Signal(syscall.SIGTERM) // it may have been killed
		_ = c.Wait()
	}
	if t.Failed() {
		logs, _ := filepath.Glob(filepath.Join(s.dir, "*.log"))
		for _, log := range logs {
			text, _ := os.ReadFile(log)
			t.Logf("%s:\n%s", log, text[max(0, len(text)-4000):])
		}
	}
	if err := os.RemoveAll(s.dir); err != nil {
		t.Log(err)
	}
}

// submit queues a job and returns its number.
func (s *slurm) submit(t *testing.T, args ...string) string {
	t.Helper()
	c := exec.Command("sbatch", append([]string{"--parsable", "--output=" + s.dir + "/job-%A-%a.out", "--chdir=" + s.dir}, args...)...)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("sbatch %q: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// running counts the tasks of a job that run; left those that are queued too.
func (s *slurm) running(job string) int { return countTasks("-t", "running", "-j", job) }
func (s *slurm) left(job string) int    { return countTasks("-j", job) }

func countTasks(args ...string) int {
	out, _ := exec.Command("squeue", append([]string{"-h", "-r"}, args...)...).Output() // of a job that is over, an error
	return bytes.Count(out, []byte("\n"))
}

// within waits for what takes a while on a machine with other work.
func within(t *testing.T, what string, met func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !met(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not after two minutes", what)
		}
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() // it is free again
	return l.Addr().(*net.TCPAddr).Port
}

// TestSlurm: an array of a real Slurm with docs/scale/slurm.sh, of which a task is
// cancelled and a node's daemon killed while they run; the parts that died are run again,
// and the job behind them merges. The folder is that of one machine.
func TestSlurm(t *testing.T) {
	if testing.Short() {
		t.Skip("a cluster is not short")
	}
	s := startSlurm(t)
	script, err := filepath.Abs("../../docs/scale/slurm.sh")
	if err != nil {
		t.Fatal(err)
	}
	experiment, err := filepath.Abs("../../experiments/quickstart.toml")
	if err != nil {
		t.Fatal(err)
	}
	whole, folder := filepath.Join(s.dir, "whole"), ""
	if out, err := exec.Command("coldcurve", "run", experiment, "-o", whole, "--quiet").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var missing []string
	for attempt := 0; attempt < 3 && len(missing) == 0; attempt++ { // on a busy machine all may end before one is cancelled
		folder = filepath.Join(s.dir, fmt.Sprintf("day%d", attempt))
		missing = s.interrupted(t, script, experiment, folder)
	}
	if len(missing) == 0 {
		t.Fatal("no task died")
	}
	t.Logf("died: %s", strings.Join(missing, ", "))
	again := s.submit(t, "--array="+strings.Join(missing, ","), script, experiment, folder, "4")
	merge := s.submit(t, "--dependency=afterok:"+again, "--wrap", "coldcurve merge "+experiment+" -o "+folder+" --quiet")
	within(t, "the merge", func() bool { return s.left(merge) == 0 })
	if diff := cmp.Diff(fileDigests(t, whole), fileDigests(t, folder)); diff != "" {
		t.Errorf("−one machine +merged:\n%s", diff)
		outs, _ := filepath.Glob(filepath.Join(s.dir, "job-*.out"))
		for _, out := range outs {
			text, _ := os.ReadFile(out)
			t.Logf("%s:\n%s", out, text)
		}
	}
}

// interrupted runs an array of four parts, of which a task is cancelled and a node's daemon
// killed, and returns the parts that are not there at its end.
func (s *slurm) interrupted(t *testing.T, script, experiment, folder string) (missing []string) {
	t.Helper()
	const parts = 4
	array := s.submit(t, "--array=1-4", script, experiment, folder, "4")
	within(t, "two tasks that run", func() bool { return s.running(array) == 2 })
	if out, err := exec.Command("scancel", array+"_1").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if err := s.nodes["n1"].Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = s.nodes["n1"].Wait()
	s.startNode(t, "n1")
	within(t, "the end of the array", func() bool { return s.left(array) == 0 })
	for i := 1; i <= parts; i++ {
		if _, err := os.Stat(filepath.Join(fmt.Sprintf("%s.part-%d-of-%d", folder, i, parts), "manifest.json")); err != nil {
			missing = append(missing, fmt.Sprint(i))
		}
	}
	return missing
}
