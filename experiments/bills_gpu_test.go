package experiments

import (
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cockroachdb/apd/v3"
)

// gpuBill is a small run on a GPU provider and its bill, worked out by hand.
type gpuBill struct {
	name     string
	load     string // arrival_s,service_s of each request, or input_tokens,output_tokens behind them; its function is f
	window   string // keys of the workload
	platform string // keys of the platform, its tariffs among them
	tariffs  string // a file of tariffs of one's own; empty: none
	lines    string // name | quantity | amount of each line, and the total
}

// twoColdRequests come at 0 s and at 100 s and take 4.2 s each. Under startOf19 an
// instance is ready 19.3 s after the request: 2 s of sandbox, 5 s of image, 1.3 s
// of runtime, 11 s of weights. From the restore on that is 12.3 s.
const (
	twoColdRequests = "0,4.2\n100,4.2\n"
	startOf19       = `init = { sandbox = "2s", image = "5s", runtime = "1.3s", weights = "11s" }` + "\n"
	queued          = `dispatch = "queue"` + "\n"
)

func keepFor(window string) string {
	return `keepalive = { name = "fixed", window = "` + window + `" }` + "\n"
}

// preset is a provider's platform, with its own scaling and keep-alive.
func preset(name string) string { return `preset = "` + name + `"` + "\n" }

var gpuBills = []gpuBill{
	{
		// Each of two workers: billed from 7 s after its request (sandbox and image
		// are free), starts for 12.3 s, serves for 4.2 s, waits for 5 s: 21.5 s, of
		// which the 22nd second has begun. Its half is idle time.
		name: "RunPod flex", load: twoColdRequests, window: `horizon = "10m"`,
		platform: preset("runpod-flex") + startOf19 + `tariffs = ["runpod-flex-h100"]
			gpu = { name = "h100" }`,
		lines: `
			GPU, starting | 24.6 | 0.028536
			GPU, serving | 8.4 | 0.009744
			GPU, idle | 11 | 0.01276
			total 0.05104`, // 2 × 22 s × 0.00116
	},
	{
		// Nobody is added for the request of 1 s until it has waited for 4 s. The worker of 0 s
		// serves it from 23.5 s to 34.1 s, before that of 5 s is ready at 24.3 s: billed from
		// 7 s to 39.1 s, 33 s, and from 12 s to 29.3 s, 18 s.
		name: "RunPod flex, the delay of the queue", load: "0,4.2\n1,10.6\n", window: `horizon = "10m"`,
		platform: preset("runpod-flex") + startOf19 + `tariffs = ["runpod-flex-h100"]
			gpu = { name = "h100" }`,
		lines: `
			GPU, starting | 24.6 | 0.028536
			GPU, serving | 14.8 | 0.017168
			GPU, idle | 11.6 | 0.013456
			total 0.05916`, // 51 s × 0.00116
	},
	{
		// The same on two GPUs each: twice 44 s.
		name: "RunPod flex, two GPUs", load: twoColdRequests, window: `horizon = "10m"`,
		platform: queued + startOf19 + keepFor("5s") + `tariffs = ["runpod-flex-h100"]
			gpu = { name = "h100", count = 2 }`,
		lines: `
			GPU, starting | 49.2 | 0.057072
			GPU, serving | 16.8 | 0.019488
			GPU, idle | 22 | 0.02552
			total 0.10208`,
	},
	{
		// The window begins at 10 s: of the first worker's billed 7 s to 29 s, 19 s
		// are left, 9.3 s of them of its start, which ended at 19.3 s.
		name: "RunPod flex, cut by the window's beginning", load: twoColdRequests, window: "warmup = \"10s\"\nhorizon = \"10m\"",
		platform: queued + startOf19 + keepFor("5s") + `tariffs = ["runpod-flex-h100"]
			gpu = { name = "h100" }`,
		lines: `
			GPU, starting | 21.6 | 0.025056
			GPU, serving | 8.4 | 0.009744
			GPU, idle | 11 | 0.01276
			total 0.04756`, // 41 s × 0.00116
	},
	{
		// One worker at most, and nobody may wait: the second of two requests at 0 s
		// is rejected and costs nothing.
		name: "RunPod flex, a rejected request", load: "0,4.2\n0,4.2\n", window: `horizon = "10m"`,
		platform: queued + startOf19 + keepFor("5s") + `tariffs = ["runpod-flex-h100"]
			limit = { instances = 1, over = "reject" }
			gpu = { name = "h100" }`,
		lines: `
			GPU, starting | 12.3 | 0.014268
			GPU, serving | 4.2 | 0.004872
			GPU, idle | 5.5 | 0.00638
			total 0.02552`,
	},
	{
		// A request that its timeout cuts off after 3 s is paid for until then: 12.3 + 3
		// + 5 = 20.3 s, billed 21 s.
		name: "RunPod flex, a request that times out", load: "0,4.2\n", window: `horizon = "10m"`,
		platform: queued + startOf19 + keepFor("5s") + `tariffs = ["runpod-flex-h100"]
			timeout = "3s"
			gpu = { name = "h100" }`,
		lines: `
			GPU, starting | 12.3 | 0.014268
			GPU, serving | 3 | 0.00348
			GPU, idle | 5.7 | 0.006612
			total 0.02436`,
	},
	{
		// A prompt that the GPU's memory cannot hold fails as soon as it is looked at: the
		// start and the idle timeout are paid for all the same: 12.3 + 5 s, billed 18 s.
		name: "RunPod flex, a request that fails", load: "0,1,900000,10\n", window: `horizon = "10m"`,
		platform: queued + startOf19 + keepFor("5s") + `tariffs = ["runpod-flex-h100"]
			server = { name = "llm", model = "llama-3.1-8b", hardware = { gpu = "h100" } }`,
		lines: `
			GPU, starting | 12.3 | 0.014268
			GPU, serving | 0 | 0
			GPU, idle | 5.7 | 0.006612
			total 0.02088`,
	},
	{
		// A worker that stood there before time 0 and never stops: five minutes, of
		// which it serves for 8.4 s.
		name: "RunPod active", load: twoColdRequests, window: `horizon = "5m"`,
		platform: preset("runpod-active") + startOf19 + `tariffs = ["runpod-active-h100"]
			gpu = { name = "h100" }`,
		lines: `
			GPU, starting | 0 | 0
			GPU, serving | 8.4 | 0.009744
			GPU, idle | 291.6 | 0.338256
			total 0.348`, // 300 s × 0.00116
	},
	{
		// Each of two containers: 19.3 s of start, 4.2 s, 60 s idle: 83.5 s, billed 84 s.
		// 0.125 of a core and 16 GiB are billed beside the GPU, for the same time.
		name: "Modal", load: twoColdRequests, window: `horizon = "10m"`,
		platform: preset("modal") + startOf19 + `tariffs = ["modal-l4"]
			gpu = { name = "l4" }`,
		lines: `
			GPU, starting | 38.6 | 0.0085692
			GPU, serving | 8.4 | 0.0018648
			GPU, idle | 121 | 0.026862
			CPU, starting | 4.825 | 0.0000632075
			CPU, serving | 1.05 | 0.000013755
			CPU, idle | 15.125 | 0.0001981375
			memory, starting | 617.6 | 0.001371072
			memory, serving | 134.4 | 0.000298368
			memory, idle | 1936 | 0.00429792
			total 0.04353846`, // 168 s × (0.000222 + 0.125 × 0.0000131 + 16 × 0.00000222)
	},
	{
		// Only what it processes: twice 4.2 s, billed 5 s.
		name: "Replicate, public", load: twoColdRequests, window: `horizon = "10m"`,
		platform: queued + startOf19 + keepFor("5m") + `tariffs = ["replicate-public-l40s"]
			gpu = { name = "l40s" }`,
		lines: `
			processing | 10 | 0.00975
			total 0.00975`,
	},
	{
		// One instance serves both: 19.3 s of start, 4.2 s, idle until 100 s, 4.2 s,
		// idle for 300 s more: 404.2 s, billed 405 s.
		name: "Replicate, deployment", load: twoColdRequests, window: `horizon = "10m"`,
		platform: queued + startOf19 + keepFor("5m") + `tariffs = ["replicate-deployment-l40s"]
			gpu = { name = "l40s" }`,
		lines: `
			instance, starting | 19.3 | 0.0188175
			instance, serving | 8.4 | 0.00819
			instance, idle | 377.3 | 0.3678675
			total 0.394875`, // 405 s × 0.000975
	},
	{
		// From the restore on, 7 s, to 1004.2 s: 997.2 s = 16.62 min, billed 17 min.
		// Starting 12.3 s = 0.205 min, serving 8.4 s = 0.14 min.
		name: "Baseten", load: twoColdRequests, window: `horizon = "30m"`,
		platform: queued + startOf19 + keepFor("15m") + `tariffs = ["baseten-h100"]
			gpu = { name = "h100" }`,
		lines: `
			replica, starting | 0.205 | 0.02220765
			replica, serving | 0.14 | 0.0151662
			replica, idle | 16.655 | 1.80423615
			total 1.84161`, // 17 × 0.10833
	},
	{
		// Instances of 28.5 s each are billed a minute, at 4 vCPUs and 16 GiB: what the
		// minimum adds, 31.5 s, is idle time.
		name: "Cloud Run, an L4", load: twoColdRequests, window: `horizon = "10m"`,
		platform: queued + startOf19 + keepFor("5s") + `tariffs = ["gcp-cloud-run-gpu-l4"]
			memory = "16GB"
			vcpu = 4
			gpu = { name = "l4" }`,
		lines: `
			CPU, starting | 154.4 | 0.0027792
			CPU, serving | 33.6 | 0.0006048
			CPU, idle | 292 | 0.005256
			memory, starting | 617.6 | 0.0012352
			memory, serving | 134.4 | 0.0002688
			memory, idle | 1168 | 0.002336
			GPU, starting | 38.6 | 0.00720662
			GPU, serving | 8.4 | 0.00156828
			GPU, idle | 73 | 0.0136291
			total 0.034884`, // 120 s × (4 × 0.000018 + 16 × 0.000002 + 0.0001867)
	},
	{
		// By the preset one instance, far from 60 % of its concurrency, serves both: 19.3 s
		// of start, until 104.2 s, and 15 min idle: 1004.2 s.
		name: "Cloud Run, an L4, to zero", load: twoColdRequests, window: `horizon = "30m"`,
		platform: preset("gcp-cloud-run-gpu") + startOf19 + `tariffs = ["gcp-cloud-run-gpu-l4"]
			gpu = { name = "l4" }`,
		lines: `
			CPU, starting | 77.2 | 0.0013896
			CPU, serving | 33.6 | 0.0006048
			CPU, idle | 3906 | 0.070308
			memory, starting | 308.8 | 0.0006176
			memory, serving | 134.4 | 0.0002688
			memory, idle | 15624 | 0.031248
			GPU, starting | 19.3 | 0.00360331
			GPU, serving | 8.4 | 0.00156828
			GPU, idle | 976.5 | 0.18231255
			total 0.29192094`, // 1004.2 × (4 × 0.000018 + 16 × 0.000002 + 0.0001867)
	},
	{
		// A minimum instance costs the full rate while it is idle: a whole hour.
		name: "Cloud Run, an L4 kept warm", load: twoColdRequests, window: `horizon = "1h"`,
		platform: queued + startOf19 + keepFor("5s") + `tariffs = ["gcp-cloud-run-gpu-l4"]
			prewarm = { name = "provisioned", count = 1 }
			memory = "16GB"
			vcpu = 4
			gpu = { name = "l4" }`,
		lines: `
			CPU, starting | 0 | 0
			CPU, serving | 33.6 | 0.0006048
			CPU, idle | 14366.4 | 0.2585952
			memory, starting | 0 | 0
			memory, serving | 134.4 | 0.0002688
			memory, idle | 57465.6 | 0.1149312
			GPU, starting | 0 | 0
			GPU, serving | 8.4 | 0.00156828
			GPU, idle | 3591.6 | 0.67055172
			total 1.04652`, // 3600 × (4 × 0.000018 + 16 × 0.000002 + 0.0001867)
	},
	{
		// One replica at most serves both requests at 0 s that may wait; the third is
		// rejected and is no billed request. Ready at 19.3 s, it serves 8.4 s. The rule looks
		// every 15 s, at 15 s it saw a request last, and the cooldown of 300 s is over at
		// 315 s. 1 vCPU, 8 GiB.
		name: "Container Apps, a T4", load: "0,4.2\n0,4.2\n0,4.2\n", window: `horizon = "10m"`,
		platform: preset("azure-container-apps-gpu") + startOf19 + `tariffs = ["azure-container-apps-gpu-t4"]
			memory = "8GB"
			vcpu = 1
			limit = { instances = 1, over = "queue", queue = 1 }
			gpu = { name = "t4" }`,
		tariffs: `tariff = [{ name = "azure-container-apps-gpu-t4", extends = "azure-container-apps-gpu-t4",
			price = [{ name = "GPU", meters = ["instance_time"], unit = "s", price = "0.0001", grade = "A", source = "my bill", as_of = "undated" }] }]`,
		lines: `
			requests | 0.000002 | 0.0000008
			GPU, starting | 19.3 | 0.00193
			GPU, serving | 8.4 | 0.00084
			GPU, idle | 287.3 | 0.02873
			CPU, starting | 19.3 | 0.0004632
			CPU, serving | 8.4 | 0.0002016
			CPU, idle | 287.3 | 0.0068952
			memory, starting | 154.4 | 0.0004632
			memory, serving | 67.2 | 0.0002016
			memory, idle | 2298.4 | 0.0068952
			total 0.0466208`, // 315 s × (0.0001 + 0.000024 + 8 × 0.000003) + 2 ÷ 10⁶ × 0.4
	},
	{
		// The example of a user of an ml.g6: a wake of 300 s is 0.12, so that a second is
		// 0.0004; 100 s of requests and a scale-in tail of 25 min make it 0.76.
		name: "SageMaker, a wake", load: "0,100\n", window: `horizon = "2h"`,
		platform: queued + `init = { node = "200s", weights = "100s" }` + "\n" + keepFor("25m") + `tariffs = ["aws-sagemaker-ml.g6.xlarge"]
			gpu = { name = "l4" }`,
		tariffs: `tariff = [{ name = "aws-sagemaker-ml.g6.xlarge", extends = "aws-sagemaker-ml.g6.xlarge",
			price = [{ name = "instance", meters = ["instance_time"], unit = "s", price = "0.0004", grade = "B", source = "0.12 for 300 s", as_of = "undated" }] }]`,
		lines: `
			instance, starting | 300 | 0.12
			instance, serving | 100 | 0.04
			instance, idle | 1500 | 0.6
			total 0.76`,
	},
	{
		// The same price by the documented alarms. The request of 0 s fails; the alarm of the
		// minute starts an instance at 60 s, in service at 360 s, 0.12. Fifteen minutes below
		// the target, the first of them that which ends at 360 s, are over at 1200 s, and
		// the release of 12 min at 1920 s: 1860 s, of which 26 min come after the wake.
		name: "SageMaker, to zero and back", load: "0,10\n370,100\n", window: `horizon = "2h"`,
		platform: preset("aws-sagemaker-to-zero") + `init = { node = "200s", weights = "100s" }
			timeout = "10m"
			tariffs = ["aws-sagemaker-ml.g6.xlarge"]
			gpu = { name = "l4" }`,
		tariffs: `tariff = [{ name = "aws-sagemaker-ml.g6.xlarge", extends = "aws-sagemaker-ml.g6.xlarge",
			price = [{ name = "instance", meters = ["instance_time"], unit = "s", price = "0.0004", grade = "B", source = "0.12 for 300 s", as_of = "undated" }] }]`,
		lines: `
			instance, starting | 300 | 0.12
			instance, serving | 100 | 0.04
			instance, idle | 1460 | 0.584
			total 0.744`,
	},
	{
		// A machine of eight GPUs for one of them. 36 s of waiting for a machine are free;
		// boot and sandbox are 72 s = 0.02 h. The window ends it at 1800 s: 1764 s =
		// 0.49 h, in which it serves 7.2 s, and 1.8 s of the request at 1798.2 s: 0.0025 h.
		name: "EC2 p5, cut by the window's end", load: "0,7.2\n1798.2,7.2\n", window: `horizon = "30m"`,
		platform: queued + `init = { capacity = "36s", node = "60s", sandbox = "12s" }
			keepalive = { name = "forever" }
			tariffs = ["aws-ec2-p5.48xlarge"]
			gpu = { name = "h100" }`,
		lines: `
			machine, starting | 0.02 | 1.1008
			machine, serving | 0.0025 | 0.1376
			machine, idle | 0.4675 | 25.7312
			total 26.9696`, // 0.49 × 55.04
	},
	{
		// 72 s of boot, 9 s of service and 279 s of keep-alive are 0.02, 0.0025 and 0.0775 h.
		name: "Azure VM, four GPUs on machines of one", load: "0,9\n", window: `horizon = "30m"`,
		platform: queued + `init = { node = "72s" }` + "\n" + keepFor("279s") + `tariffs = ["azure-vm-nc24ads-a100-v4"]
			gpu = { name = "a100", count = 4 }`,
		lines: `
			machine, starting | 0.08 | 0.29384
			machine, serving | 0.01 | 0.03673
			machine, idle | 0.31 | 1.13863
			total 1.4692`, // 0.4 h × 3.673
	},
	{
		// The same 0.1 h, at a price of the machine and one of its GPU.
		name: "GCP VM", load: "0,9\n", window: `horizon = "30m"`,
		platform: queued + `init = { node = "72s" }` + "\n" + keepFor("279s") + `tariffs = ["gcp-vm-g2-standard-4"]
			gpu = { name = "l4" }`,
		lines: `
			machine, starting | 0.02 | 0.00293584
			machine, serving | 0.0025 | 0.00036698
			machine, idle | 0.0775 | 0.01137638
			GPU, starting | 0.02 | 0.0112008
			GPU, serving | 0.0025 | 0.0014001
			GPU, idle | 0.0775 | 0.0434031
			total 0.0706832`, // 0.1 × 0.706832
	},
	{
		// The same 0.1 h of a spot machine, at a price of one's own.
		name: "EC2 spot", load: "0,9\n", window: `horizon = "30m"`,
		platform: queued + `init = { node = "72s" }` + "\n" + keepFor("279s") + `tariffs = ["aws-ec2-g5.xlarge-spot"]
			gpu = { name = "a10g" }`,
		tariffs: `tariff = [{ name = "aws-ec2-g5.xlarge-spot", extends = "aws-ec2-g5.xlarge-spot",
			price = [{ name = "machine", meters = ["instance_time"], unit = "h", price = "0.4", grade = "A", source = "the console", as_of = "undated" }] }]`,
		lines: `
			machine, starting | 0.02 | 0.008
			machine, serving | 0.0025 | 0.001
			machine, idle | 0.0775 | 0.031
			total 0.04`,
	},
	{
		// 80.5 s of boot, 9.3 s of service and 269.8 s of keep-alive are 359.6 s, billed
		// 360 s = 0.1 h. Half the machine's GPU is a tariff of one's own that lets halves:
		// 40.25, 4.65 and 135.1 s at 1 an hour and second of 3600.
		name: "RunPod pod, half of it", load: "0,9.3\n", window: `horizon = "30m"`,
		platform: queued + `init = { node = "80.5s" }` + "\n" + keepFor("269.8s") + `tariffs = ["halves"]
			gpu = { name = "h100", fraction = 0.5 }`,
		tariffs: `tariff = [{ name = "halves", extends = "runpod-pod-h100-secure", gpu = { name = "h100", shares = 2 },
			price = [{ name = "machine", meters = ["instance_time"], unit = "s", price = "0.001", grade = "A", source = "a test", as_of = "undated" }] }]`,
		lines: `
			machine, starting | 40.25 | 0.04025
			machine, serving | 4.65 | 0.00465
			machine, idle | 135.1 | 0.1351
			total 0.18`,
	},
}

// TestGPUBills: each provider's rule by a run that is worked out by hand, through
// the experiment, the kernel, the meters, the bill and its file.
func TestGPUBills(t *testing.T) {
	for _, x := range gpuBills {
		t.Run(x.name, func(t *testing.T) {
			dir := t.TempDir()
			if got, want := billOf(t, dir, &x), unindented(x.lines); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// billOf runs a case and returns the lines of its bill.csv, with their sum.
func billOf(t *testing.T, dir string, x *gpuBill) string {
	t.Helper()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
		return path
	}
	load := "arrival_s,service_s,function\n"
	if strings.Count(x.load, ",") > 2*strings.Count(x.load, "\n") {
		load = "arrival_s,service_s,input_tokens,output_tokens,function\n"
	}
	for line := range strings.Lines(x.load) {
		load += strings.TrimSpace(line) + ",f\n"
	}
	write("load.csv", load)
	env := Env{}
	if x.tariffs != "" {
		write("own/prices.toml", strings.ReplaceAll(x.tariffs, "\n\t\t\t", " "))
		env.Tariffs = []string{filepath.Join(dir, "own")}
	}
	text := "[workload]\ntrace = \"csv:load.csv\"\n" + x.window + "\n[[platform]]\nname = \"gpu\"\n" + x.platform + "\n[bill]\nspan = \"run\"\n[output]\nplots = []\n"
	e, err := Parse(write("x.toml", text), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p, err := Prepare(t.Context(), e, env)
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out")
	_, err = p.Run(t.Context(), RunOptions{Dir: out, Workers: 1})
	if err := errors.Join(err, p.Close()); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(out, "bill.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	var lines []string
	var total apd.Decimal
	for _, row := range rows[1:] {
		amount, _, err := apd.NewFromString(row[column["amount"]])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := apd.BaseContext.Add(&total, &total, amount); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, strings.Join([]string{row[column["name"]], row[column["quantity"]], row[column["amount"]]}, " | "))
	}
	total.Reduce(&total)
	return strings.Join(append(lines, "total "+total.Text('f')), "\n")
}

// unindented takes the blanks from the beginning of lines.
func unindented(text string) string {
	var lines []string
	for line := range strings.Lines(strings.TrimSpace(text)) {
		lines = append(lines, strings.TrimSpace(line))
	}
	return strings.Join(lines, "\n")
}
