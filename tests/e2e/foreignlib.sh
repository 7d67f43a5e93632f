# shellcheck shell=bash
# What tests of images that somebody else built share.

# The file that makes other kinds from raw images. Several tests at a time want it, and none half of it.
wrapimage() {
	flock "$root/build/wrapimage.lock" make -s --no-print-directory -C "$root" build/release/tests/wrapimage
	"$root/build/release/tests/wrapimage" "$@"
}

# Where variants' loaders are linked to.
address() {
	case $1 in
	*riscv64*) echo 0x80200000 ;;
	*) echo 0x70000000 ;;
	esac
}

# image_of VARIANT BOARD: its image and all that explains it, as copies in $T/VARIANT.BOARD, with nothing else beside.
image_of() {
	local from to=$T/$1.$2
	expect_status 0 "$RUNTEST" pd-survives --variant "$1" --board "$2" --results "$T/results" >&2
	cp "$T/results/latest/results.json" "$T/variant.json"
	from=$(dirname "$(query 'r["sessions"][0]["paths"]["image"]')")
	mkdir -p "$to/elfs"
	cp "$from/loader.img" "$from/report.txt" "$to"
	cp "$from"/*.elf "$to/elfs"
}

# explained FOLDER: the options that explain its image.
explained() {
	echo "--report $1/report.txt --elf kernel=$1/elfs/kernel.elf --elf monitor=$1/elfs/monitor.elf" \
		"--elf hello=$1/elfs/hello.elf --elf checksum=$1/elfs/checksum.elf"
}

# judge STATUS IMAGE BOARD FOLDER [OPTION...]
judge() {
	local status=$1 image=$2 board=$3 folder=$4
	shift 4
	# shellcheck disable=SC2046 # they are several words
	expect_status "$status" "$RUNTEST" pd-survives --image "$image" --board "$board" $(explained "$folder") \
		--results "$T/results" "$@"
}

# The same cause as the variant's, though here nothing said that it had to come.
as_its_variant() {
	local variant board want
	for variant; do
		for board in qemu_virt_aarch64 qemu_virt_riscv64; do
			image_of "$variant" "$board"
			want=$(python3 -c 'import json, sys
s = json.load(open(sys.argv[1]))["sessions"][0]
print({"pass": "pass", "expected-fail": "fail"}[s["verdict"]], s["cause"])' "$T/variant.json")
			case $want in
			pass*) judge 0 "$T/$variant.$board/loader.img" "$board" "$T/$variant.$board" ;;
			*) judge 1 "$T/$variant.$board/loader.img" "$board" "$T/$variant.$board" ;;
			esac
			expect_query "$want" '"%s %s" % (r["sessions"][0]["verdict"], r["sessions"][0]["cause"])'
			expect_query image:loader-img 'r["sessions"][0]["variant"]'
			expect_query "$T/$variant.$board/loader.img" 'r["sessions"][0]["paths"]["image"]'
			expect_query True 'r["settings"]["image_sha256"] == r["sessions"][0]["paths"]["image_sha256"]'
		done
	done
	expect_no_machines
}

# mutant_image MUTANT BOARD: the image of a mutant, as image_of has a variant's.
mutant_image() {
	local from to=$T/$1.$2
	expect_status 0 "$RUNTEST" run --mutants pd-survives --variant "$1" --board "$2" --results "$T/results" >&2
	from=$(dirname "$(query 'r["sessions"][0]["paths"]["image"]')")
	mkdir -p "$to/elfs"
	cp "$from/loader.img" "$from/report.txt" "$to"
	cp "$from"/*.elf "$to/elfs"
}

fates() {
	query '" ".join("%s:%s" % (x["pd"], x["fate"]) for x in r["sessions"][0]["evidence"]["execution"])'
}
