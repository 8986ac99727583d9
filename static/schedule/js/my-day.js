// The doctor's own screen: minutes waited go on by themselves.
import { countWaiting } from "./clock.js";

setInterval(countWaiting, 10000);
