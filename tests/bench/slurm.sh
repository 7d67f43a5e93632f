# The figures that need Slurm: sourced by run.sh, which has $work and count. Two nodes of this machine, in a shell of their
# own, whose end ends them.
# shellcheck shell=bash disable=SC2154

slurm_bench() (
	root=$PWD T=$work/slurm
	mkdir -p "$T"
	# shellcheck source=tests/e2e/lib.sh
	. tests/e2e/lib.sh
	# shellcheck source=tests/farm/farmlib.sh
	. tests/farm/farmlib.sh
	trap kill_farm EXIT
	set -e
	submit() {
		./runtest submit pd-survives --variant patched --board qemu_virt_aarch64 --results "$T/results" "$@" 2>/dev/null
	}
	ms() {
		local begun
		begun=$(date +%s%N)
		"$@" >/dev/null
		echo $((($(date +%s%N) - begun) / 1000000))
	}
	start_farm
	./runtest build patched >/dev/null 2>&1 || true
	n=$(count 100)
	echo
	echo "Slurm, two nodes on this machine (medians of 5)"
	for _ in 1 2 3 4 5; do
		ms submit --repeat 1000 --detach --sbatch=--hold
		./runtest cancel --results "$T/results" >/dev/null 2>&1 || true
	done | sort -n | sed -n '3s/$/ ms   submit of 1,000 sessions/p'
	for _ in 1 2 3 4 5; do ms srun true; done | sort -n | sed -n '3s/$/ ms   srun of a no-op/p'
	printf '%s ms   a no-op of an array of %s, one after the other on four places\n' \
		$(($(ms sbatch --array="0-$((n - 1))" --wait --wrap true -o /dev/null) / n)) "$n"
	printf '%s ms   a session of %s through submit\n' $(($(ms submit --repeat "$n") / n)) "$n"
	printf '%s ms   the same through run --jobs 2\n' \
		$(($(ms ./runtest run pd-survives --variant patched --board qemu_virt_aarch64 --repeat "$n" --jobs 2 --results "$T/results") / n))
	stop_farm
)
slurm_bench
