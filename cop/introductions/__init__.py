"""Two people who could help each other are asked, each alone, whether they want to be introduced."""
