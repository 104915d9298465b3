#!/bin/bash
# A part of a run, as a task of an array whose numbers begin at 1, and a job behind it that
# merges them:
#
#   array=$(sbatch --parsable --array=1-8 slurm.sh experiments/quickstart.toml /shared/day 8)
#   sbatch --dependency=afterok:$array --wrap "coldcurve merge experiments/quickstart.toml -o /shared/day"
#
# A task that died is run again alone, with its number: sbatch --array=5 slurm.sh … 8. The
# folder has to be on a disk that all nodes share.
#SBATCH --job-name=coldcurve
set -euo pipefail
experiment=$1 folder=$2 parts=$3

coldcurve run "$experiment" -o "$folder" --part "auto/$parts" --workers "${SLURM_CPUS_PER_TASK:-1}" --quiet
