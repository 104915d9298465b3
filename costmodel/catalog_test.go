package costmodel

import (
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
)

// facts are prices copied from the sources by hand, apart from the catalog:
// tariff, price, unit, the prices of its tiers, and the grade of the first.
// "U" as the price is one that nobody has verified.
const facts = `
aws-lambda | requests | 1M | 0.20 | A
aws-lambda | duration | GB-s | 0.0000166667 0.000015 0.0000133334 | A
aws-lambda-arm | duration | GB-s | 0.0000133334 0.0000120001 0.0000106667 | A
aws-lambda | ephemeral storage above 512 MB | GB-s | 0.0000000309 | A
aws-lambda | provisioned concurrency, standing | GB-s | 0.0000041667 | A
aws-lambda | provisioned concurrency, duration | GB-s | 0.0000097222 | A
aws-lambda-arm | provisioned concurrency, standing | GB-s | 0.0000033334 | B
aws-lambda-arm | provisioned concurrency, duration | GB-s | 0.0000077778 | B
aws-lambda | SnapStart cache | GB-s | 0.0000015046 | A
aws-lambda | SnapStart restore | GiB | 0.0001397998 | A
aws-lambda | response streaming beyond 6 MB a request | GiB | 0.008 | A
aws-lambda | durable operations | 1M | 8.00 | A
aws-lambda | durable data written | GB | 0.25 | A
aws-lambda | durable data retained | GB-month | 0.15 | A
aws-lambda | tenant isolation, new environments | GiB | 0.000166667 | B
aws-lambda-arm | tenant isolation, new environments | GiB | 0.000133333 | B
aws-lambda | event pollers, Kafka | h | 0.185 | A
aws-lambda | event pollers, SQS | h | 0.00925 | A
aws-lambda-managed-c7g.xlarge | management fee | h | 0.02175 | B
aws-lambda-managed-c7i.xlarge | management fee | h | 0.026775 | A
aws-lambda-edge | requests | 1M | 0.60 | A
aws-lambda-edge | duration | 128MB-s | 0.00000625125 | A
aws-lambda-savings-all-upfront | duration | GB-s | 0.0000138 | B
aws-lambda-arm-savings-all-upfront | duration | GB-s | 0.0000111 | B
aws-lambda-savings-no-upfront | duration | GB-s | 0.0000147 | B
aws-lambda-arm-savings-no-upfront | duration | GB-s | 0.0000117 | B
aws-lambda-savings-no-upfront | provisioned concurrency, standing | GB-s | 0.00000367 | B
aws-lambda-savings-no-upfront | provisioned concurrency, duration | GB-s | 0.00000856 | B
aws-lambda-savings-all-upfront | provisioned concurrency, duration | GB-s | U | U
aws-lambda-af-south-1 | duration | GB-s | 0.0000221 | B
aws-lambda-af-south-1 | SnapStart cache | GB-s | U | U
aws-lambda-ap-east-1 | duration | GB-s | 0.00002292 | B
aws-lambda-eu-south-1 | duration | GB-s | 0.0000195172 | B
aws-lambda-me-south-1 | duration | GB-s | 0.0000206667 | B
aws-lambda-me-south-1 | requests | 1M | 0.25 | B
aws-lambda-ap-northeast-2 | SnapStart cache | GB-s | 0.0000018383 | B
aws-lambda-ap-northeast-2 | SnapStart restore | GiB | 0.0001674588 | B
aws-lambda-init-free | duration | GB-s | 0.0000166667 0.000015 0.0000133334 | A
gcp-cloud-run-request | CPU, active | vCPU-s | 0.000024 | A
gcp-cloud-run-request | memory, active | GiB-s | 0.0000025 | A
gcp-cloud-run-request | CPU, idle minimum instances | vCPU-s | 0.0000025 | B
gcp-cloud-run-request | requests | 1M | 0.40 | A
gcp-cloud-run-instance | CPU | vCPU-s | 0.000018 | A
gcp-cloud-run-instance | memory | GiB-s | 0.000002 | A
gcp-cloud-run-jobs | CPU | vCPU-s | 0.000018 | A
gcp-cloud-run-worker-pools | CPU | vCPU-s | 0.000011244 | B
gcp-cloud-run-worker-pools | memory | GiB-s | 0.000001235 | B
gcp-cloud-run-request-tier2 | CPU, active | vCPU-s | 0.0000336 | B
gcp-cloud-run-request-tier2 | memory, active | GiB-s | 0.0000035 | B
gcp-cloud-run-request-tier2 | CPU, idle minimum instances | vCPU-s | U | U
gcp-cloud-run-instance-tier2 | CPU | vCPU-s | 0.0000216 | B
gcp-cloud-run-instance-cud | CPU | vCPU-s | 0.00001494 | B
gcp-cloud-run-instance-cud | memory | GiB-s | 0.00000166 | B
gcp-cloud-run-request-cud | requests | 1M | 0.332 | B
gcp-cloud-run-request-cud | memory, active | GiB-s | 0.000002075 | B
gcp-cloud-run-gpu-l4 | GPU | s | 0.0001867 | B
gcp-cloud-run-gpu-l4-zonal | GPU | s | 0.0002909 | B
gcp-cloud-run-gpu-rtx-pro-6000 | GPU | s | 0.00036522 | B
gcp-cloud-run-gpu-rtx-pro-6000-zonal | GPU | s | 0.00056913 | B
gcp-cloud-run-gpu-rtx-pro-6000-zonal | memory | GiB-s | 0.000002 | A
gcp-cloud-run-instance | ephemeral disk | GiB-h | 0.000109589 | B
gcp-functions-gen1 | CPU | GHz-s | 0.00001 | B
gcp-functions-gen1 | memory | GB-s | 0.0000025 | B
gcp-functions-gen1 | egress | GB | 0.12 | B
gcp-egress | egress to the internet | GiB | 0.12 0.11 0.08 | B
gcp-egress-eu-asia | egress to the internet | GiB | 0.12 0.11 0.085 | B
gcp-vm-e2-standard-2 | machine | h | 0.06701 | B
gcp-vm-n2-standard-2 | machine | h | 0.09712 | B
gcp-vm-a2-highgpu-1g | GPU | h | 2.933908 | B
gcp-vm-a3-highgpu-1g | machine | h | 10.979 | B
gcp-vm-gpu-t4 | machine | h | 0.35 | B
azure-consumption | execution time | GB-s | 0.000016 | B
azure-flex | execution time, on demand | GB-s | 0.000026 | B
azure-flex | always ready, baseline | GB-s | 0.000004 | B
azure-flex | always ready, execution time | GB-s | 0.000016 | B
azure-premium-ep1 | CPU | vCPU-h | 0.173 | B
azure-premium-ep2 | memory | GB-h | 0.0123 | B
azure-container-apps | CPU, active | vCPU-s | 0.000024 | B
azure-container-apps | CPU, idle | vCPU-s | 0.000003 | B
azure-container-apps | memory | GiB-s | 0.000003 | B
azure-container-apps | requests | 1M | 0.40 | C
azure-container-apps | GPU, T4 | h | 0.32 | C
azure-container-apps-jobs | CPU | vCPU-s | 0.000024 | B
azure-vm-nc24ads-a100-v4 | machine | h | 3.673 | B
azure-vm-nc40ads-h100-v5 | machine | h | 6.98 | B
ibm-code-engine | CPU | vCPU-s | 0.00003431 | B
ibm-code-engine | memory | GB-s | 0.00000356 | B
ibm-code-engine | HTTP requests | 1M | 0.538 | B
ibm-cloud-functions | execution time | GB-s | 0.000017 | C
cloudflare-workers | requests | 1M | 0.30 | C
cloudflare-workers | CPU time | 1M ms | 0.02 | C
cloudflare-workers | plan | month | 5 | C
cloudflare-containers | CPU, active | vCPU-s | 0.000020 | C
cloudflare-containers | disk | GB-s | 0.00000007 | C
cloudflare-workers-ai | neurons | 1k | 0.011 | A
cloudflare-workers-ai-llama-3.2-1b | output | 1M | 0.201 | A
cloudflare-workers-ai-gpt-oss-120b | output | 1M | 0.75 | A
aws-fargate | CPU | vCPU-h | 0.04048 | B
aws-fargate | memory | GB-h | 0.004445 | B
aws-fargate-arm | CPU | vCPU-h | 0.03238 | C
aws-fargate-arm | memory | GB-h | 0.00356 | C
aws-fargate-me-central-1 | CPU | vCPU-h | 0.0526 | A
aws-fargate-me-central-1 | memory | GB-h | 0.0058 | A
aws-fargate-spot | CPU | vCPU-h | U | U
aws-fargate-arm-spot | memory | GB-h | U | U
aws-lambda-me-central-1 | duration | GB-s | 0.0000206667 | A
aws-lambda-me-central-1 | requests | 1M | 0.25 | A
aws-lambda-me-central-1 | provisioned concurrency, standing | GB-s | 0.0000051108 | A
aws-lambda-me-central-1 | provisioned concurrency, duration | GB-s | 0.0000119251 | A
aws-lambda-me-central-1 | SnapStart restore | GiB | U | U
aws-lambda-eu-central-1 | ephemeral storage above 512 MB | GB-s | 0.0000000367 | B
aws-lambda-eu-west-1 | provisioned concurrency, standing | GB-s | 0.000004646 | B
aws-lambda-ap-southeast-5 | duration | GB-s | 0.000015 | B
aws-lambda-eu-south-1 | requests | 1M | 0.23 | B
aws-lambda-af-south-1 | requests | 1M | 0.27 | B
aws-lambda-ap-east-1 | requests | 1M | 0.28 | B
aws-lambda-arm-eu-central-2 | duration | GB-s | 0.0000146667 | B
aws-lambda-arm-us-west-2 | provisioned concurrency, standing | GB-s | U | U
aws-lambda-arm-me-central-1 | duration | GB-s | 0.0000165334 | C
aws-lambda-arm-af-south-1 | duration | GB-s | 0.00001768 | B
aws-lambda-arm-ap-east-1 | duration | GB-s | 0.0000183 | B
aws-lambda-arm-eu-south-1 | duration | GB-s | 0.0000156138 | B
aws-lambda-managed | EC2 instance | h | U | U
aws-lambda-managed | management fee | h | U | U
aws-lambda-managed | requests | 1M | 0.20 | A
aws-sagemaker-serverless | compute | GB-s | U | U
aws-ec2-p4d.24xlarge | machine | h | 21.957642 | B
aws-ec2-p5.48xlarge | machine | h | 55.04 | B
aws-ec2-g5.xlarge | machine | h | 1.006 | C
aws-ec2-g6.xlarge | machine | h | 0.805 | C
aws-ec2-m5.large | machine | h | 0.096 | C
aws-ec2-m7g.large | machine | h | 0.0816 | A
aws-ec2-m6i.large | machine | h | U | U
modal-t4 | GPU | s | 0.000164 | C
modal-l4 | GPU | s | 0.000222 | C
modal-a10 | GPU | s | 0.000306 | C
modal-l40s | GPU | s | 0.000542 | C
modal-a100-40gb | GPU | s | 0.000583 | C
modal-a100-80gb | GPU | s | 0.000694 | C
modal-h100 | GPU | s | 0.001097 | C
modal-h200 | GPU | s | 0.001261 | C
modal-b200 | GPU | s | 0.001736 | C
modal-b200 | CPU | vCPU-s | 0.0000131 | C
modal-b200 | memory | GiB-s | 0.00000222 | C
runpod-flex-l4 | GPU | s | 0.00019 | A
runpod-flex-4090-pro | GPU | s | 0.00031 | A
runpod-flex-a40 | GPU | s | 0.00034 | A
runpod-flex-h100 | GPU | s | 0.00116 | A
runpod-active-h100 | GPU | s | 0.00116 | A
runpod-active-h200 | GPU | s | 0.00155 | A
runpod-flex-b200 | GPU | s | 0.00240 | A
runpod-active-b200 | container disk, GB × 5 min begun | 1 | 0.000011574 | A
runpod-storage | network volume | GB-month | 0.07 0.05 | A
runpod-pod-h100-community | machine | h | 2.69 | C
replicate-public-t4 | processing | s | 0.000225 | A
replicate-public-l40s | processing | s | 0.000975 | A
replicate-deployment-a100-80gb | instance | s | 0.001400 | A
replicate-deployment-h100 | instance | s | 0.001525 | A
replicate-public-cpu | processing | s | 0.0001 | A
baseten-h100 | replica | min | 0.10833 | C
openai-gpt-5.5 | output, long context | 1M | 45 | B
openai-gpt-5.4 | input, cached, long context | 1M | 0.5 | B
openai-gpt-4o-mini | output | 1M | 0.6 | B
openai-gpt-4o-mini | storage searches | 1k | 2.5 | B
openai-o3 | input | 1M | 2 | B
openai-o3-until-2025-06-10 | input | 1M | 10 | B
anthropic-claude-haiku-4-5 | cache write, 1 h | 1M | 2 | B
anthropic-claude-sonnet-4-6 | cache write | 1M | 3.75 | B
anthropic-claude-sonnet-4-6-until-2026-03-13 | cache write, long context | 1M | 7.5 | B
anthropic-claude-opus-5-5 | input, cached | 1M | 0.2 | B
google-gemini-3.1-pro-preview | output, long context | 1M | 18 | B
bedrock-amazon.nova-lite-v1-0 | input, cached | 1M | 0.015 | B
bedrock-regional.anthropic.claude-sonnet-4-5-20250929-v1-0 | output | 1M | 16.5 | B
groq-openai-gpt-oss-120b | input, cached | 1M | 0.075 | B
together-meta-llama-llama-3.3-70b-instruct-turbo | output | 1M | 0.88 | B
x-ai-grok-4.3 | output, long context | 1M | 5 | B
deepseek-v4-pro | output | 1M | 1.98 | B
deepseek-v4-pro | input, cached, peak | 1M | 0.044 | B
deepseek-v4-flash | output, peak | 1M | 1.2 | B
deepseek-v4-flash-until-2026-09-10 | output | 1M | 0.66 | B
aws-api-gateway-rest | calls | 1M | 3.50 2.80 2.38 1.51 | B
aws-api-gateway-http | calls | 1M | 1.00 0.90 | B
aws-api-gateway-http-ap-northeast-2 | calls | 1M | 1.23 | B
aws-api-gateway-http-ap-northeast-1 | calls | 1M | 1.29 | B
aws-api-gateway-websocket | connection minutes | 1M | 0.25 | B
aws-route53 | queries, geographic | 1M | 0.70 0.35 | B
aws-cognito-lite | active users | 1 | 0.0055 | A
aws-cognito-plus | active users | 1 | 0.020 | A
aws-dynamodb-on-demand | writes | 1M | 0.625 | B
aws-dynamodb-on-demand | reads | 1M | 0.125 | B
aws-dynamodb-provisioned | write capacity units | h | 0.00065 | B
aws-elasticache-valkey | data stored | GB-h | 0.084 | C
aws-elasticache-redis | processing units | 1M | 0.0034 | C
aws-elasticache-m6g.12xlarge | node | h | 3.557 | B
aws-secrets-manager | calls | 10k | 0.05 | B
aws-sns | deliveries, email | 100k | 2.00 | B
aws-sns-fifo | published data | GB | 0.017 | B
aws-sqs | requests | 1M | 0.40 0.30 0.24 | B
aws-sqs-fifo | requests | 1M | 0.50 | B
aws-s3 | storage | GB-month | 0.023 | B
aws-s3-onezone-ia | storage | GB-month | 0.010 | B
aws-s3-onezone-ia | retrieval | GB | 0.01 | B
aws-kinesis-provisioned | PUT units | 1M | 0.014 | B
aws-kinesis-on-demand | data in | GB | 0.08 | B
aws-step-functions | transitions | 1k | 0.025 | B
aws-step-functions-express | duration | GB-h | 0.060012 0.029988 0.016416 | B
aws-eventbridge | scheduler | 1M | 1.00 | B
aws-cloudwatch | logs ingested | GB | 0.50 | B
aws-cloudwatch-ap-northeast | logs ingested | GB | 0.76 | B
aws-cloudwatch-ap-northeast | logs stored | GB-month | U | U
aws-x-ray | traces recorded | 1M | 5.00 | C
aws-nat-gateway | data processed | GB | 0.045 | B
aws-data-transfer | egress to the internet | GiB | 0.09 0.085 0.07 | B
aws-cloudfront | HTTPS requests | 10k | 0.010 | B
azure-blob-hot | storage | GB-month | 0.0208 0.01997 0.01914 | B
azure-cosmos-provisioned | throughput, each 100 RU/s | h | 0.008 | B
azure-cosmos-serverless | request units | 1M | 0.279 | B
azure-event-hubs-standard | ingress events | 1M | 0.028 | B
azure-event-hubs-dedicated | capacity units | h | 6.849 | B
gcp-pubsub | throughput | TiB | 40 | A
gcp-workflows | external steps | 1k | 0.025 | C
gcp-firestore | writes | 100k | 0.09 | C
gcp-firestore | deletes | 100k | U | U
gcp-firestore-multi-region | deletes | 100k | 0.02 | C
`

// TestFacts holds the catalog to the table.
func TestFacts(t *testing.T) {
	c := shippedCatalog(t)
	for line := range strings.Lines(strings.TrimSpace(facts)) {
		f := strings.Split(strings.TrimSpace(line), " | ")
		x, err := c.Tariff(f[0])
		if err != nil {
			t.Error(err)
			continue
		}
		i := slices.IndexFunc(x.Prices, func(p Price) bool { return p.Name == f[1] })
		if i < 0 {
			t.Errorf("%s has no price %q", f[0], f[1])
			continue
		}
		p := &x.Prices[i]
		got, grade := []string{}, p.Grade
		for _, tier := range p.Tiers {
			got = append(got, tier.UnitPrice.Text('f'))
		}
		if len(p.Tiers) > 0 {
			grade = p.Tiers[0].Grade
		}
		want := []string{}
		for w := range strings.FieldsSeq(f[3]) {
			var a Amount
			if err := a.UnmarshalText([]byte(w)); err == nil {
				want = append(want, a.Text('f'))
			}
		}
		if !slices.Equal(got, want) || p.Unit != f[2] || grade != f[4] {
			t.Errorf("%s, %s: %s per %s, grade %s; want %s", f[0], f[1], got, p.Unit, grade, line)
		}
	}
}

// TestGrants holds free grants, credits and ends of tiers to the sources.
func TestGrants(t *testing.T) {
	c := shippedCatalog(t)
	for _, x := range []struct {
		tariff, price, free string
		ends                string
	}{
		{"aws-lambda", "duration", "400000", "6000000000 15000000000"},
		{"aws-lambda-arm", "duration", "400000", "7500000000 18750000000"},
		{"aws-lambda-savings-no-upfront", "duration", "400000", ""},
		{"gcp-cloud-run-request", "CPU, active", "180000", ""},
		{"gcp-cloud-run-request", "memory, active", "360000", ""},
		{"gcp-cloud-run-jobs", "memory", "450000", ""},
		{"gcp-functions-gen1", "CPU", "200000", ""},
		{"gcp-functions-gen1", "egress", "5", ""},
		{"azure-flex", "executions, on demand", "0.25", ""},
		{"azure-container-apps", "CPU, active", "180000", ""},
		{"azure-container-apps", "requests", "2", ""},
		{"ibm-code-engine", "HTTP requests", "0.1", ""},
		{"cloudflare-workers", "CPU time", "30", ""},
		{"cloudflare-containers", "CPU, active", "22500", ""}, // 375 vCPU-min
		{"cloudflare-containers", "memory", "90000", ""},      // 25 GiB-h
		{"cloudflare-containers", "disk", "720000", ""},       // 200 GB-h
		{"aws-api-gateway-rest", "calls", "0", "333 1000 20000"},
		{"aws-api-gateway-http", "calls", "0", "300"},
		{"aws-sns", "deliveries, email", "0.01", ""}, // 1,000 of 100k
		{"aws-eventbridge", "scheduler", "14", ""},
		{"aws-step-functions", "transitions", "4", ""},
		{"aws-step-functions-express", "duration", "0", "1000 5000"},
		{"aws-data-transfer", "egress to the internet", "100", "10240 51200 153600"},
		{"aws-cloudfront", "HTTPS requests", "1000", ""}, // 10M of 10k
		{"gcp-pubsub", "throughput", "0.009765625", ""},  // 10 GiB
		{"gcp-firestore", "reads", "15", ""},             // 50k a day
		{"azure-blob-hot", "storage", "0", "51200 512000"},
	} {
		tariff, err := c.Tariff(x.tariff)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, p := range tariff.Prices {
			if p.Name != x.price {
				continue
			}
			var ends []string
			for _, tier := range p.Tiers {
				if tier.UpTo != nil {
					ends = append(ends, tier.UpTo.Text('f'))
				}
			}
			if p.Free.Text('f') != x.free || strings.Join(ends, " ") != x.ends {
				t.Errorf("%s, %s: free %s, tiers end at %s; want %s and %s", x.tariff, x.price, p.Free.Text('f'), ends, x.free, x.ends)
			}
		}
	}
}

// TestEvidence: each number of the catalog has a grade, a source and a date,
// and a price that nobody has verified has no number.
func TestEvidence(t *testing.T) {
	for _, x := range shippedCatalog(t).Tariffs() {
		for _, p := range x.Prices {
			list := []Evidence{}
			for _, tier := range p.Tiers {
				list = append(list, tier.Evidence)
				if tier.Grade == "U" {
					t.Errorf("%s, %s: a number of grade U", x.Name, p.Name)
				}
			}
			if p.Chunk != nil {
				list = append(list, p.Chunk.Evidence)
			}
			for _, e := range list {
				if e.Grade == "" || e.Source == "" || e.AsOf == "" && e.Grade != "U" {
					t.Errorf("%s, %s: %+v", x.Name, p.Name, e)
				}
			}
			if len(p.Tiers) == 0 && p.Grade != "U" {
				t.Errorf("%s, %s has neither a number nor grade U", x.Name, p.Name)
			}
		}
	}
	// conflicts between sources are told
	for tariff, words := range map[string]string{
		"anthropic-claude-opus-5-5": "0.4", "azure-flex": "a million", "aws-lambda": "0.000013334", "gcp-vm-a3-highgpu-1g": "10.9791",
		"runpod-flex-h100": "0.001264", "runpod-active-h100": "0.00093", "azure-blob-hot": "0.0044", "gcp-cloud-run-request": "0.00000027", "runpod-pod-h100-secure": "3.49",
	} {
		if notes := strings.Join(mustTariff(t, tariff).Notes, " "); !strings.Contains(notes, words) {
			t.Errorf("the notes of %s do not tell %s: %s", tariff, words, notes)
		}
	}
}

// bill prices what is given by hand.
func bill(t *testing.T, tariff string, span Span, u Usage) string {
	t.Helper()
	b, err := mustTariff(t, tariff).Bill(u, span, Month)
	if err != nil {
		t.Fatal(err)
	}
	return b.Total.Text('f')
}

// TestFamilies works out a bill of each family by hand.
func TestFamilies(t *testing.T) {
	u := Usage(nil)
	for _, x := range []struct {
		tariff string
		usage  Usage
		total  string
	}{
		// 2M × 0.60 + 100,000 × 128 MB-s × 0.00000625125
		{"aws-lambda-edge", u.With("requests", "1M", 2).With("duration", "128MB-s", 100_000), "1.825125"},
		// (1,400,000 − 400,000) × 0.0000138; requests within the free million
		{"aws-lambda-savings-all-upfront", u.With("requests", "1", 900_000).With("duration", "GB-s", 1_400_000), "13.8"},
		// 2 × 0.28 + 100,000 × 0.00002292
		{"aws-lambda-ap-east-1", u.With("requests", "1M", 3).With("duration", "GB-s", 500_000), "2.852"},
		// 1,000,000 × 0.0000336 − 180,000 × 0.000024
		{"gcp-cloud-run-request-tier2", u.With("active_cpu", "vCPU-s", 1_000_000), "29.28"},
		// (280,000 − 180,000) × 0.00001992 + 3 × 0.332
		{"gcp-cloud-run-request-cud", u.With("active_cpu", "vCPU-s", 280_000).With("requests", "1M", 5), "2.988"},
		// an hour of an L4 with 4 vCPUs and 16 GiB: GPU 0.67212, the rest within the free grant
		{"gcp-cloud-run-gpu-l4", u.With("instance_time", "h", 1).With("instance_cpu", "vCPU-s", 14_400).With("instance_memory", "GiB-s", 57_600), "0.67212"},
		// 1,000,000 × 0.000011244 + 2,000,000 × 0.000001235
		{"gcp-cloud-run-worker-pools", u.With("instance_cpu", "vCPU-s", 1_000_000).With("instance_memory", "GiB-s", 2_000_000), "13.714"},
		// 8 × 0.40 + 100,000 × 0.0000025 + 300,000 × 0.00001 + 5 × 0.12
		{"gcp-functions-gen1", u.With("requests", "1M", 10).With("duration", "GB-s", 500_000).With("clock", "GHz-s", 500_000).With("egress", "GB", 10), "7.05"},
		// an EP1 for 730 hours: 126.29 + 3.5 × 730 × 0.0123
		{"azure-premium-ep1", u.With("instance_cpu", "vCPU-h", 730).With("instance_memory", "128MB-s", 28*730*3600), "157.7165"},
		// (280,000 − 180,000) × 0.000024 + 100,000 × 0.000003 + 2 × 0.40
		{"azure-container-apps", u.With("active_cpu", "vCPU-s", 280_000).With("provisioned_idle_cpu", "vCPU-s", 100_000).With("requests", "1M", 4), "3.5"},
		{"ibm-cloud-functions", u.With("duration", "GB-s", 1_400_000).With("requests", "1M", 9), "17"}, // 1,000,000 × 0.000017
		// 5 + (15 − 10) × 0.30 + (105 − 30) × 0.02
		{"cloudflare-workers", u.With("requests", "1M", 15).With("cpu_time", "s", 105_000), "8"},
		// 77,500 vCPU-s × 0.00002
		{"cloudflare-containers", u.With("instance_cpu", "vCPU-s", 100_000), "1.55"},
		// a task of 0.25 vCPU and 0.5 GB for 100 h
		{"aws-fargate", u.With("instance_cpu", "vCPU-h", 25).With("instance_memory", "GB-h", 50), "1.23425"},
		{"aws-ec2-m7g.large", u.With("instance_time", "h", 100), "8.16"},
		{"gcp-vm-g2-standard-4", u.With("instance_time", "h", 1000), "706.832"},                         // 146.792 + 560.04
		{"modal-h100", u.With("instance_time", "s", 36_000).With("instance_cpu", "vCPU-s", 0), "9.492"}, // 39.492 − 30 of credit
		{"modal-t4", u.With("instance_time", "s", 1000), "0"},                                           // 0.164, within the credit
		{"runpod-flex-h100", u.With("instance_time", "s", 1000), "1.16"},
		{"runpod-storage", u.With("network_volume", "GB-month", 1500), "95"}, // 70 + 25
		{"replicate-public-cpu", u.With("active_time", "s", 1000), "0.1"},
		{"baseten-h100", u.With("instance_time", "h", 1), "6.4998"},
		// 2 × 4 + 1 × 0.2 + 0.5 × 20
		{"anthropic-claude-opus-5-5", u.With("input_tokens", "1M", 2).With("cached_input_tokens", "1M", 1).With("output_tokens", "1", 500_000), "18.2"},
		// 333 × 3.50 + 667 × 2.80 + 19,000 × 2.38 + 1,000 × 1.51
		{"aws-api-gateway-rest", u.With("calls", "1M", 21_000), "49763.1"},
		{"aws-api-gateway-http", u.With("calls", "1M", 301), "300.9"},
		// 1,000 × 1 + 500 × 0.80 + 4 × 0.25
		{"aws-api-gateway-websocket", u.With("messages", "1M", 1500).With("connection_minutes", "1M", 4), "1401"},
		{"aws-route53", u.With("zones", "month", 3).With("latency_queries", "1M", 1001), "601.8"},
		{"aws-cognito-lite", u.With("active_users", "1", 12_000), "11"},
		{"aws-dynamodb-on-demand", u.With("write_units", "1M", 8).With("read_units", "1M", 8).With("storage", "GB-month", 45), "11"}, // 5 + 1 + 5
		// 10 WCU and 10 RCU for 100 h
		{"aws-dynamodb-provisioned", u.With("write_capacity", "h", 1000).With("read_capacity", "h", 1000), "0.78"},
		{"aws-elasticache-valkey", u.With("stored", "GB-h", 720).With("processing_units", "1M", 100), "60.71"}, // 60.48 + 0.23
		{"aws-secrets-manager", u.With("secrets", "month", 2).With("calls", "1", 30_000), "0.95"},
		{"aws-sns", u.With("publishes", "1M", 3).With("http_deliveries", "1", 300_000).With("email_deliveries", "1", 11_000), "1.32"}, // 1 + 0.12 + 0.2
		// 99,999 × 0.40 + 100,000 × 0.30 + 1 × 0.24
		{"aws-sqs", u.With("requests", "1M", 200_001), "69999.84"},
		{"aws-s3", u.With("storage", "GB-month", 1000).With("writes", "1", 100_000).With("reads", "1", 1_000_000), "23.9"},
		{"aws-kinesis-provisioned", u.With("shards", "h", 100).With("put_units", "1M", 10), "1.64"},
		{"aws-step-functions", u.With("transitions", "1", 14_000), "0.25"},
		// 3 × 1 + 1000 × 0.060012 + 4000 × 0.029988 + 1000 × 0.016416
		{"aws-step-functions-express", u.With("requests", "1M", 3).With("duration", "GB-h", 6000), "199.38"},
		{"aws-eventbridge", u.With("custom_events", "1M", 2).With("schedules", "1M", 15), "3"},
		{"aws-cloudwatch", u.With("logs_ingested", "GB", 10).With("logs_stored", "GB-month", 10).With("alarms", "month", 4), "5.7"},
		{"aws-x-ray", u.With("recorded", "1", 1_100_000).With("retrieved", "1M", 3), "6"},
		{"aws-nat-gateway", u.With("gateways", "h", 720).With("data", "GB", 100), "36.9"},
		// 10,140 × 0.09 + 40,960 × 0.085 + 102,400 × 0.07
		{"aws-data-transfer", u.With("egress", "GiB", 153_600), "11562.2"},
		{"aws-cloudfront", u.With("data_out", "GiB", 2024).With("https_requests", "1M", 20), "95"},
		{"azure-blob-hot", u.With("storage", "GB-month", 51_300).With("writes", "10k", 10), "1067.507"}, // 1064.96 + 1.997 + 0.55
		{"azure-cosmos-provisioned", u.With("throughput_100", "h", 4*720).With("storage", "GB-month", 2), "23.54"},
		{"azure-cosmos-serverless", u.With("request_units", "1M", 10), "2.79"},
		{"azure-event-hubs-standard", u.With("throughput_units", "h", 720).With("events", "1M", 100), "24.4"},
		{"gcp-pubsub", u.With("throughput", "GiB", 522), "20"}, // half a TiB
		{"gcp-workflows", u.With("internal_steps", "1", 15_000).With("external_steps", "1k", 4), "0.2"},
		{"gcp-firestore", u.With("reads", "100k", 25).With("writes", "100k", 7), "0.39"},
		{"gcp-egress", u.With("egress", "GiB", 1025), "122.87"}, // 1023 × 0.12 + 0.11
	} {
		if got := bill(t, x.tariff, SpanMonth, x.usage); got != x.total {
			t.Errorf("%s costs %s, want %s", x.tariff, got, x.total)
		}
	}
	// a run pays no fee and has no credit
	if got := bill(t, "cloudflare-workers", SpanRun, u.With("requests", "1M", 1).With("cpu_time", "s", 0)); got != "0.3" {
		t.Errorf("a million requests of a run cost %s, want 0.30", got)
	}
	if got := bill(t, "modal-t4", SpanRun, u.With("instance_time", "s", 1000)); got != "0.164" {
		t.Errorf("1,000 s of a run cost %s, want 0.164", got)
	}
}

// TestFirstGeneration prices 100 ms of each size of Cloud Functions as its own
// table of prices does, which is rounded to 10⁻⁹.
func TestFirstGeneration(t *testing.T) {
	for mib, want := range map[int64]string{
		128: "0.000000231", 256: "0.000000463", 512: "0.000000925", 1024: "0.000001650", 2048: "0.000002900", 4096: "0.000005800", 8192: "0.000006800",
	} {
		x := mustTariff(t, "gcp-functions-gen1")
		m := mustMeter(t, x, MeterConfig{Functions: []sim.Function{{Name: "f", Memory: mib}}, Window: sim.Window{Horizon: sim.Hour}})
		m.Requests([]sim.Outcome{{End: 70 * sim.Millisecond, Started: true}})
		b, err := x.Bill(m.Usage(), SpanRun, 0)
		if err != nil {
			t.Fatal(err)
		}
		got := new(big.Rat).Sub(rat(&b.Total), big.NewRat(4, 10_000_000)) // less the request
		w, _ := new(big.Rat).SetString(want)
		if d := got.Sub(got, w); d.Abs(d).Cmp(big.NewRat(1, 2_000_000_000)) > 0 {
			t.Errorf("%d MB: off by %s from %s", mib, d.FloatString(12), want)
		}
	}
}

// TestUnits counts messages at the edges of chunks.
func TestUnits(t *testing.T) {
	const kb = 1024
	price := func(tariff, name string) *Price {
		x := mustTariff(t, tariff)
		for i := range x.Prices {
			if x.Prices[i].Name == name {
				return &x.Prices[i]
			}
		}
		t.Fatalf("%s has no price %q", tariff, name)
		return nil
	}
	for _, x := range []struct {
		tariff, price string
		bytes, units  int64
	}{
		{"aws-sqs", "requests", 0, 1}, // one that receives nothing
		{"aws-sqs", "requests", 64 * kb, 1},
		{"aws-sqs", "requests", 64*kb + 1, 2},
		{"aws-sqs", "requests", 256 * kb, 4},
		{"aws-lambda", "requests", 256 * kb, 1},
		{"aws-lambda", "requests", 256*kb + 1, 2},
		{"aws-lambda", "requests", 320 * kb, 2},
		{"aws-lambda", "requests", 1024 * kb, 13}, // 1 + 768 ÷ 64
		{"aws-api-gateway-http", "calls", 512*kb + 1, 2},
		{"aws-api-gateway-websocket", "messages", 33 * kb, 2},
		{"aws-eventbridge", "schema discovery", 8*kb + 1, 2},
		{"aws-kinesis-provisioned", "PUT units", 26 * kb, 2},
		{"aws-dynamodb-on-demand", "reads", 4*kb + 1, 2},
		{"gcp-pubsub", "throughput", 10, 1000}, // bytes
		{"gcp-pubsub", "throughput", 1001, 1001},
	} {
		if got, err := price(x.tariff, x.price).Units(x.bytes); err != nil || got != x.units {
			t.Errorf("%s, %s: %d bytes are %d units (%v), want %d", x.tariff, x.price, x.bytes, got, err, x.units)
		}
	}
	if _, err := price("aws-lambda", "requests").Units(1024*kb + 1); err == nil || err.Error() != `counting "requests": found 1048577 bytes, want 0 to 1MB` {
		t.Errorf("an event of more than 1 MB: %v", err)
	}
	if _, err := price("aws-sqs", "requests").Units(-1); err == nil || err.Error() != `counting "requests": found -1 bytes, want 0 or more` {
		t.Errorf("less than nothing: %v", err)
	}
	if _, err := price("aws-api-gateway-rest", "calls").Units(1); err == nil || err.Error() != `counting "calls": the tariff states no size of a unit` {
		t.Errorf("no chunk: %v", err)
	}
	// a poller of 10 s is billed a minute, one of 90.5 s 91 s
	for d, want := range map[sim.Time]sim.Time{10 * sim.Second: sim.Minute, 90_500 * sim.Millisecond: 91 * sim.Second, 0: sim.Minute} {
		if got, err := price("aws-lambda", "event pollers, SQS").Time(d); err != nil || got != want {
			t.Errorf("%d ns are billed as %d (%v), want %d", d, got, err, want)
		}
	}
	if _, err := price("aws-sqs", "requests").Time(1); err == nil {
		t.Error("requests have a step of time")
	}
	// the longest time that can be rounded up to seconds is 2^62 ns less a second
	longest := sim.Time(1)<<62 - sim.Second
	if got, err := price("aws-lambda", "event pollers, SQS").Time(longest); err != nil || got < longest || got >= longest+sim.Second || got%sim.Second != 0 {
		t.Errorf("%d ns are billed as %d (%v)", longest, got, err)
	}
	for _, d := range []sim.Time{-1, longest + 1} {
		if _, err := price("aws-lambda", "event pollers, SQS").Time(d); err == nil || err.Error() != fmt.Sprintf(`counting "event pollers, SQS": found a time of %d ns`, d) {
			t.Errorf("%d ns: %v", d, err)
		}
	}
	// 65 MB for 101 ms are 128 MB for 200 ms, 1 MB for 1 ms 64 MB for 100 ms
	for _, x := range []struct{ bytes, d, want int64 }{{65 << 20, 101 * ms, 128 * 200 * ms}, {1 << 20, ms, 64 * 100 * ms}, {64 << 20, 100 * ms, 64 * 100 * ms}} {
		if got, err := price("aws-step-functions-express", "duration").MemoryTime(x.bytes, x.d); err != nil || got.Int64() != x.want {
			t.Errorf("%d bytes for %d ns are %s MiB-ns (%v), want %d", x.bytes, x.d, got, err, x.want)
		}
	}
	if _, err := price("aws-sqs", "requests").MemoryTime(1, 1); err == nil {
		t.Error("requests have a step of memory")
	}
	for _, x := range [][2]int64{{-1, 1}, {1, -1}} {
		if _, err := price("aws-step-functions-express", "duration").MemoryTime(x[0], x[1]); err == nil {
			t.Errorf("%d bytes for %d ns were billed", x[0], x[1])
		}
	}
	// no memory is billed as the least there is, and no time is nothing
	for d, want := range map[sim.Time]int64{0: 0, 1: 64 * 100 * ms} {
		if got, err := price("aws-step-functions-express", "duration").MemoryTime(0, d); err != nil || got.Int64() != want {
			t.Errorf("no memory for %d ns is %s MiB-ns (%v), want %d", d, got, err, want)
		}
	}
	// never fewer units for more bytes, and no byte uncounted
	rapid.Check(t, func(rt *rapid.T) {
		p := &Price{Name: "p", Chunk: &Chunk{}}
		p.Chunk.Size.UnmarshalText([]byte(fmt.Sprint(rapid.IntRange(1, 1000).Draw(rt, "size"), "B")))
		n := rapid.Int64Range(0, 100_000).Draw(rt, "bytes")
		a, _ := p.Units(n)
		b, _ := p.Units(n + 1)
		if a > b || a*int64(p.Chunk.Size) < n || (a-1)*int64(p.Chunk.Size) >= max(n, 1) {
			rt.Fatalf("%d bytes in units of %s: %d and %d", n, p.Chunk.Size, a, b)
		}
	})
}

// TestTokens: the long context is a cliff, at one token more than its start.
func TestTokens(t *testing.T) {
	for _, x := range []struct {
		tariff                string
		input, cached, output int64
		total                 string
	}{
		// 172,000 × 5 + 100,000 × 0.5 + 1,000 × 30, by the million
		{"openai-gpt-5.5", 272_000, 100_000, 1000, "0.94"},
		// 172,001 × 10 + 100,000 × 1 + 1,000 × 45
		{"openai-gpt-5.5", 272_001, 100_000, 1000, "1.86501"},
		// no cliff
		{"anthropic-claude-sonnet-5", 1_000_000, 0, 0, "2"},
		// all of it was read before: 100,000 × 0.5
		{"openai-gpt-5.5", 100_000, 100_000, 0, "0.05"},
	} {
		u, err := mustTariff(t, x.tariff).Tokens(TokenRequest{Input: x.input, Cached: x.cached, Output: x.output}, AnyTime)
		if err != nil {
			t.Fatal(err)
		}
		if got := bill(t, x.tariff, SpanRun, u); got != x.total {
			t.Errorf("%s: %d tokens, %d cached, and %d cost %s, want %s", x.tariff, x.input, x.cached, x.output, got, x.total)
		}
	}
	groq := mustTariff(t, "groq-qwen-qwen3.8-27b")
	u, err := groq.Tokens(TokenRequest{Input: 10, Cached: 5, Output: 1}, AnyTime)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := groq.Bill(u, SpanRun, 0); err == nil || err.Error() != `billing by tariff "groq-qwen-qwen3.8-27b": meter "cached_input_tokens" has no price` {
		t.Errorf("cached tokens where none are priced: %v", err)
	}
	if _, err := groq.Tokens(TokenRequest{Input: 1, Cached: 2}, AnyTime); err == nil {
		t.Error("more tokens from the cache than there are")
	}
}

// TestEras finds the rules of a day.
func TestEras(t *testing.T) {
	c := shippedCatalog(t)
	for _, x := range []struct{ name, day, want string }{
		{"aws-lambda", "2025-08-01", "aws-lambda"},
		{"aws-lambda", "2025-07-31", "aws-lambda-init-free"},
		{"aws-lambda", "2025", "aws-lambda-init-free"}, // its first day
		{"aws-lambda", "2020-12", "aws-lambda-init-free"},
		{"aws-lambda", "2020-11-30", "aws-lambda-100ms"},
		{"aws-lambda-100ms", "2026-11-24", "aws-lambda"}, // by the name of any era
		{"aws-lambda-arm", "2025-01-01", "aws-lambda-arm-init-free"},
		{"azure-flex", "2026-11-24", "azure-flex"},
		// before any change, between two, and after the last
		{"deepseek-v4-flash", "2026-08-16", "deepseek-v4-flash-until-2026-08-17"},
		{"deepseek-v4-flash", "2026-08-17", "deepseek-v4-flash-until-2026-09-10"},
		{"deepseek-v4-flash", "2026-09-10", "deepseek-v4-flash"},
	} {
		for _, find := range []func() (*Tariff, error){
			func() (*Tariff, error) { return c.At(x.name, Date(x.day)) },
			func() (*Tariff, error) { return c.Tariff(x.name + "@" + x.day) },
		} {
			if got, err := find(); err != nil || got.Name != x.want {
				t.Errorf("%s on %s is %v (%v), want %s", x.name, x.day, got, err, x.want)
			}
		}
	}
	for name, want := range map[string]string{
		"aws-lambda@yesterday":             `finding tariff "aws-lambda": found "yesterday", want a date such as "2026-09-28", "2026-09" or "2026"`,
		"aws-lamda@2026":                   `unknown tariff "aws-lamda"; did you mean "aws-lambda"?`,
		"aws-lambda-af-south-1@2024-01-01": `tariff "aws-lambda-af-south-1" is not known as of 2024-01-01; known: aws-lambda-af-south-1 from 2025-08-01`,
	} {
		if _, err := c.Tariff(name); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
	}
	// the same month of cold starts under both rules: 1M invocations of 100 ms
	// with an init of 400 ms at 1 GB are 500,000 GB-s or 100,000
	for day, want := range map[string]int64{"2025-08-01": 500_000, "2025-07-31": 100_000} {
		x, err := c.At("aws-lambda", Date(day))
		if err != nil {
			t.Fatal(err)
		}
		m := mustMeter(t, x, MeterConfig{Functions: []sim.Function{{Name: "f", Memory: 1024}}, Window: sim.Window{Horizon: Month}})
		o := sim.Outcome{Init: 400 * sim.Millisecond, Start: 400 * sim.Millisecond, End: 500 * sim.Millisecond, Started: true, Flags: sim.Cold}
		h := happening{Inits: drawnInit(o, [sim.NumPhases]sim.Time{sim.PhaseRuntime: o.Init})}
		for range 1_000_000 {
			h.Requests = append(h.Requests[:0], o)
			h.feed(m)
		}
		if got := m.Usage().Get("duration"); got.Cmp(big.NewInt(want*1_024_000)) != 0 {
			t.Errorf("%s: %s MiB-ms, want %d GB-s", day, got, want)
		}
	}
}

// TestErasOfAFolder: what a folder says of days is checked over all its files.
func TestErasOfAFolder(t *testing.T) {
	era := func(name, effective, of string) string {
		s := strings.Replace(good, `name       = "own"`, fmt.Sprintf("name = %q", name), 1)
		s = strings.Replace(s, `effective  = { from = "2026-01-01", until = "2027-01-01" }`, "effective = "+effective, 1)
		if of != "" {
			s = strings.Replace(s, `kind       = "machine"`, fmt.Sprintf("era_of = %q", of), 1)
		}
		return s
	}
	now := era("own", `{ from = "2026-01" }`, "")
	for _, x := range []struct{ name, now, other, err string }{
		{"adjoining", now, era("old", `{ until = "2026-01-01" }`, "own"), ""},
		{"a day of both", now, era("old", `{ until = "2026-01-02" }`, "own"),
			`b.toml:1: tariff[0]: the days of tariff "own" from 2026-01 and of "old" until 2026-01-02 overlap, and both are eras of "own"`},
		{"no end", now, era("old", `{ from = "2025" }`, "own"),
			`b.toml:1: tariff[0]: the days of tariff "own" from 2026-01 and of "old" from 2025 overlap, and both are eras of "own"`},
		{"unknown", now, era("old", `{ until = "2026" }`, "onw"), `a.toml:8: tariff[0].era_of: unknown tariff "onw"; did you mean "own"?`},
		{"an era of an era", now, era("old", `{ until = "2026" }`, "own") + era("older", `{ until = "2020" }`, "old"), `a.toml:41: tariff[1].era_of: tariff "old" is an era of "own" itself`},
		{"of a shipped tariff", now, era("old", `{ from = "2025" }`, "aws-lambda"),
			`a.toml:1: tariff[0]: the days of tariff "old" from 2025 and of "aws-lambda" from 2025-08-01 overlap, and both are eras of "aws-lambda"`},
	} {
		dir := t.TempDir()
		for file, data := range map[string]string{"a.toml": x.other, "b.toml": x.now} {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(data), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		_, err := Load(dir)
		if x.err == "" && err != nil || x.err != "" && (err == nil || !strings.HasSuffix(err.Error(), string(filepath.Separator)+x.err)) {
			t.Errorf("%s:\n got %v\nwant %s", x.name, err, x.err)
		}
	}
}

// TestDefaults: a file's [default] fills what its tariffs leave open, a
// tariff's evidence that of its prices; what extends another takes over
// nothing that it calls unverified.
func TestDefaults(t *testing.T) {
	c, err := parse(t, `
[default]
provider  = "Us"
region    = "here"
currency  = "EUR"
kind      = "service"
invariant = "as given"
grade     = "C"
source    = "the page"
as_of     = "2026"
rule      = { name = "supplied" }

[[tariff]]
name  = "plain"
title = "Plain"
price = [{ name = "calls", supplied = true, unit = "1", price = "1" }, { name = "bytes", supplied = true, unit = "GB", price = "2", grade = "A" }]

[[tariff]]
name       = "there"
extends    = "plain"
region     = "there"
source     = "another page"
unverified = ["bytes"]
price      = [{ name = "calls", supplied = true, unit = "1", price = "3" }]
`)
	if err != nil {
		t.Fatal(err)
	}
	plain, _ := c.Tariff("plain")
	there, err := c.Tariff("there")
	if err != nil {
		t.Fatal(err)
	}
	if p := plain.Prices; plain.Kind != "service" || p[0].Evidence != (Evidence{"C", "the page", "2026"}) || p[1].Grade != "A" || p[1].Source != "the page" {
		t.Errorf("plain is %+v", plain)
	}
	if p := there.Prices; there.Region != "there" || there.Currency != "EUR" || p[0].Evidence != (Evidence{"C", "another page", "2026"}) || len(p[1].Tiers) != 0 || p[1].Grade != "U" {
		t.Errorf("there is %+v", there)
	}
	if _, err := parse(t, "[[tariff]]\nname = \"x\"\nextends = \"aws-sqs\"\nunverified = [\"request\"]\n"); err == nil ||
		err.Error() != `own.toml:4: tariff[0].unverified[0]: found "request", want the name of a price of the tariff that this one extends` {
		t.Errorf("no such price: %v", err)
	}
}

// shippedFiles are the paths of the shipped files.
func shippedFiles(t testing.TB) (files []string) {
	t.Helper()
	for _, pattern := range []string{"catalog/*.toml", "catalog/models/*.toml"} {
		matches, err := fs.Glob(shipped, pattern)
		if err != nil || len(matches) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(matches), err)
		}
		files = append(files, matches...)
	}
	return files
}

// TestShelf: the names that are known before a shipped file is read are those
// that it holds, and several goroutines may ask.
func TestShelf(t *testing.T) {
	seen := map[string]first{}
	for _, file := range shippedFiles(t) {
		data, err := shipped.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		alone := &Catalog{beside: shippedCatalog(t)}
		if err := alone.add(file, data, seen); err != nil {
			t.Error(err)
		}
		if err := alone.check(); err != nil {
			t.Error(err)
		}
		names, _ := namesIn(data)
		slices.Sort(names)
		if !slices.Equal(names, alone.Names()) {
			t.Errorf("%s: names %q, read %q", file, names, alone.Names())
		}
	}
	c := shippedCatalog(t)
	if len(seen) != len(c.Names()) {
		t.Errorf("%d tariffs read, %d names", len(seen), len(c.Names()))
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for _, n := range c.Names() {
				if x, err := c.Tariff(n); err != nil || x.Name != n {
					t.Errorf("%s: %v", n, err)
				}
			}
		})
	}
	all.Wait()
}

// TestOwnBesideShelved: a tariff of the user's stays in place of the shipped
// one, whichever file is read first.
func TestOwnBesideShelved(t *testing.T) {
	dir := t.TempDir()
	own := strings.Replace(good, `name       = "own"`, `name = "aws-sqs"`, 1)
	if err := os.WriteFile(filepath.Join(dir, "own.toml"), []byte(own), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, before := range [][]string{nil, {"aws-sns"}, {"aws-sqs", "aws-sqs-fifo"}} {
		c, err := Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range before {
			if _, err := c.Tariff(name); err != nil {
				t.Error(err)
			}
		}
		if got := len(c.Tariffs()); got != len(shippedCatalog(t).Names()) {
			t.Errorf("%d tariffs", got)
		}
		if x, err := c.Tariff("aws-sqs"); err != nil || x.Title != "Own cloud" {
			t.Errorf("aws-sqs is %v, %v", x, err)
		}
		if x, err := c.Tariff("aws-sns"); err != nil || x.Title != "Amazon SNS, standard" {
			t.Errorf("aws-sns is %v, %v", x, err)
		}
	}
}

// TestErasTakenOver: a folder that has a shipped tariff anew has its days too:
// what it says nothing of stays, and what it covers is its own.
func TestErasTakenOver(t *testing.T) {
	const text = `[[tariff]]
name = "deepseek-v4-flash"
title = "Anew"
kind = "model"
provider = "Us"
region = "here"
currency = "USD"
invariant = "as given"
rule = { name = "supplied" }
price = [{ name = "input", meters = ["input_tokens"], supplied = true, unit = "1M", price = "7", grade = "A", source = "the page", as_of = "2026" }]
`
	for _, x := range []struct{ name, effective, early, between string }{
		{"of all days", "", "Anew", "Anew"},
		{"of late days", "effective = { from = \"2026-12-01\" }\n", "DeepSeek V4 Flash", "DeepSeek V4 Flash"},
		{"of the later eras' days", "effective = { from = \"2026-08-17\" }\n", "DeepSeek V4 Flash", "Anew"},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "own.toml"), []byte(strings.Replace(text, "rule =", x.effective+"rule =", 1)), 0o644); err != nil {
			t.Fatal(err)
		}
		c, err := Load(dir)
		if err != nil {
			t.Fatalf("%s: %v", x.name, err)
		}
		for day, want := range map[Date]string{"2026-08-01": x.early, "2026-08-20": x.between, "2027-01-01": "Anew"} {
			if got, err := c.At("deepseek-v4-flash", day); err != nil || got.Title != want {
				t.Errorf("%s: on %s it is %v, %v, want %s", x.name, day, got, err, want)
			}
		}
	}
}

// TestRegions: a tariff is found in another region by the region's name, and
// one that is in none of those that are asked for stays what it is.
func TestRegions(t *testing.T) {
	c := shippedCatalog(t)
	for _, x := range []struct {
		name    string
		regions []string
		want    string
		ok      bool
	}{
		{"aws-lambda", []string{"af-south-1"}, "aws-lambda-af-south-1", true},
		{"aws-lambda", []string{"us-east-1"}, "aws-lambda", true},
		{"aws-lambda-af-south-1", []string{"me-central-1"}, "aws-lambda-me-central-1", true},
		{"aws-lambda-af-south-1", []string{"us-east-1"}, "aws-lambda", true},
		{"aws-lambda-arm", []string{"europe-west3", "me-central-1"}, "aws-lambda-arm-me-central-1", true},
		{"gcp-cloud-run-request", []string{"europe-west3", "me-central-1"}, "gcp-cloud-run-request-tier2", true},
		{"gcp-cloud-run-request", []string{"us-central1"}, "gcp-cloud-run-request", true},
		{"aws-cloudwatch", []string{"ap-northeast-2"}, "aws-cloudwatch-ap-northeast", true},
		{"azure-flex", []string{"eastus2"}, "azure-flex", true},
		{"azure-flex", []string{"af-south-1"}, "azure-flex", false},
		{"aws-lambda", nil, "aws-lambda", false},
		// a plan at a discount is none of another region
		{"aws-lambda-savings-all-upfront", []string{"af-south-1"}, "aws-lambda-savings-all-upfront", false},
	} {
		got, ok, err := c.InRegion(x.name, x.regions)
		if err != nil || got.Name != x.want || ok != x.ok {
			t.Errorf("%s in %q is %v, %v, %v, want %s", x.name, x.regions, got, ok, err, x.want)
		}
	}
	list, err := c.RegionsOf("aws-lambda")
	if want := "af-south-1 ap-east-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-4 ap-southeast-5 ca-central-1 " +
		"eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-west-1 eu-west-2 eu-west-3 me-central-1 me-south-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2"; err != nil || strings.Join(list, " ") != want {
		t.Errorf("aws-lambda is known for %q, %v", list, err)
	}
	for of, want := range map[string]string{
		"aws-lamda":             `own.toml:3: tariff[0].region_of: unknown tariff "aws-lamda"; did you mean "aws-lambda"?`,
		"aws-lambda-af-south-1": `own.toml:3: tariff[0].region_of: tariff "aws-lambda-af-south-1" is one of a region of "aws-lambda" itself`,
		"aws-lambda":            `own.toml:1: tariff[0]: tariff "own" is for the region of "aws-lambda", us-east-1`,
	} {
		c, err := parse(t, "[[tariff]]\nname = \"own\"\nregion_of = \""+of+"\"\nextends = \"aws-lambda\"\neffective = { until = \"2020\" }\n")
		if err != nil {
			t.Fatal(err)
		}
		if err := c.check(); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
