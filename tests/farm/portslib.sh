# Ports of loopback for servers of a test's own.
# shellcheck shell=bash

# free_ports N: so many that nobody listens on. None of those that the kernel gives to whoever connects, or binds without a
# choice: such a port could be somebody else's before the server is there, or while it is restarted.
free_ports() {
	python3 - "$1" <<-'PYTHON'
		import random, socket, sys
		with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
		    first, last = map(int, file.read().split())
		held = []
		for port in random.sample([p for p in range(10000, 65536) if not first <= p <= last], 1000):
		    s = socket.socket()
		    try:
		        s.bind(("127.0.0.1", port))
		        held.append(s)
		    except OSError:
		        s.close()
		    if len(held) == int(sys.argv[1]):
		        break
		print(*(s.getsockname()[1] for s in held))
	PYTHON
}
