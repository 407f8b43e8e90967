SELECT maxOrNull(hour) AS newest
FROM runs
WHERE hour <= {lastHour:UInt32} AND ({anyTenant:Bool} OR tenant = {tenant:String})
