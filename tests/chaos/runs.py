"""The campaign of `runtest run` on this machine's boards: QEMU, and those of a virtual lab."""
import moment
import plants
from stage import Stage


class Runs:
    NAME, SHORT, LONG = "runs", 12, 350

    def __init__(self, root, work, seed):
        self.stage, self.seed = Stage(root, work), seed
        self.seconds, self.wanted = {}, {}

    def prepare(self):
        self.stage.start_lab()
        moment.build(self.stage)
        for board in (*moment.LAB_BOARDS, *moment.QEMU_BOARDS):
            self.seconds[board], wanted = moment.baseline(self.stage, board)
            self.wanted.update(wanted)

    def moment(self, number):
        return moment.Moment(self.stage, number, moment.Choice(self.seed, number, self.seconds), self.wanted)

    def controls(self):
        """Moments with a defect that is planted: (its name, what makes the moment, how it has to be reported)."""
        for number, (plant, report) in enumerate(plants.ALL, 1):
            def make(time, number=number, plant=plant):
                choice = plants.choice_for(moment.Choice(self.seed, number, self.seconds))
                one = moment.Moment(self.stage, f"planted-{plant.__name__}-{time}", choice, self.wanted)
                one.plant = plant
                return one
            yield plant.__name__, make, report

    def close(self):
        self.stage.stop_lab()
