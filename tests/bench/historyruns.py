"""Results' folders with runs that never happened, for the history to import: made up, and the same every time.

usage: historyruns.py FOLDER --runs N --sessions N [--repeats N] [--from N]
The last run is 30 % slower, and in every 50th session newly failing.
"""
import argparse
import datetime
import hashlib
import json
import os


def noise(*words):
    """A number from 0 to 1 that looks random."""
    return int.from_bytes(hashlib.blake2b(repr(words).encode(), digest_size=4).digest(), 'big') / 2**32


def plan(i, repeats):
    scenario, variant, config = 'scenario-%d' % (i // repeats % 50), 'v%d' % (i // repeats // 50), 'debug'
    repeat = i % repeats + 1
    return {'session': '%s.%s.board.%s.%d' % (scenario, variant, config, repeat), 'scenario': scenario, 'variant': variant,
            'board': 'board', 'unit': 'unit-%d' % (i % 7), 'arch': 'aarch64', 'config': config, 'repeat': repeat,
            'expected': {'verdict': 'pass'}}


def result(run, last, p, i, started):
    boot_us = int(100000 * (1 + i % 20 / 10) * (1 + 0.1 * noise('t', run, i)) * (1.3 if last else 1))
    bad = noise('v', run, i) < 0.001 or (last and i % 50 == 0)
    r = dict(p, verdict='fail' if bad else 'pass', why='the demand was not met' if bad else 'every demand was met', attempts=1,
             started=started, duration_ms=boot_us // 1000 + 20, boot_us=boot_us, machine_us=boot_us,
             marks=[{'mark': m, 'by': 'kernel', 'boot': 1, 'at_ms': boot_us * k // 5000, 'offset': 100 * k}
                    for k, m in enumerate(('kernel-up', 'kernel-done', 'init-up', 'pds-up'), 1)],
             phases=[{'name': 'boot', 'outcome': 'done', 'start_ms': 1, 'end_ms': boot_us // 1000, 'offset': 0}],
             paths={'dir': p['session'] + '/1', 'image_sha256': hashlib.sha256(p['variant'].encode()).hexdigest()})
    if bad:
        r['cause'] = 'kernel-fault'
    return r


def main():
    a = argparse.ArgumentParser()
    a.add_argument('folder')
    a.add_argument('--runs', type=int, required=True)
    a.add_argument('--sessions', type=int, required=True)
    a.add_argument('--repeats', type=int, default=1)
    a = a.parse_args()
    for run in range(a.runs):
        begun = datetime.datetime(2026, 1, 1, 20) + datetime.timedelta(hours=run)
        at = begun.strftime('%Y-%m-%dT%H:%M:%S.000Z')
        name = begun.strftime('%Y%m%d-%H%M%S-') + '%04x' % run
        folder = os.path.join(a.folder, name)
        os.makedirs(folder)
        plans = [plan(i, a.repeats) for i in range(a.sessions)]
        with open(folder + '/run.json', 'w') as f:
            json.dump({'schema': 1, 'run': name, 'started': at, 'command': ['runtest', 'run', '*'],
                       'settings': {'version': '0.1.0', 'project': '/p', 'jobs': 2, 'qemu_version': '7.2.19'},
                       'plan': plans}, f)
        with open(folder + '/journal.jsonl', 'w') as f:
            for i, p in enumerate(plans):
                json.dump({'event': 'session-ended', 'at': at, 'result': result(run, run == a.runs - 1, p, i, at)}, f)
                f.write('\n')
            f.write('{"event":"run-ended","at":"%s","exit_status":0}\n' % at)


main()
