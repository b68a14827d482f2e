"""The periodic report of the network: figures of every plugin and words of people, frozen when two have agreed."""
